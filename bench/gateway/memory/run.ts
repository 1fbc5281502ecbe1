import { join } from 'node:path'
import { createRandom } from '../../../local/seed/random.ts'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import { GATEWAY_NODE_OPTIONS } from '../../../local/system/environment.ts'
import { startContender, type Contender, type Usage } from '../../support/contender.ts'
import { load } from '../../support/load.ts'
import { pinThisProcess } from '../../support/pin.ts'
import { serveMemo, type MemoisedSubgraph } from '../../support/serve-memo.ts'
import type { TesseraSettings } from '../contenders/tessera.ts'
import { toBytes } from '../requests.ts'
import { compose } from '../workloads/compose.ts'
import { profileWorkload } from '../workloads/profile.ts'
import { makeOperation, zipf } from './operations.ts'

const CONNECTIONS = 50
/** Number of different people in the operations. Each operation always requests the same person. */
const PEOPLE = 100

export type MemoryArguments = { requests: number; operations: number; samples: number }
/** Number of requests so far, and the memory after a garbage collection. */
export type Sample = Pick<Usage, 'rssMb' | 'heapMb'> & { requests: number }

/** Sends our gateway a Zipf-distributed mix of many operations, and samples its memory at intervals. */
export async function runMemory(
  { requests, operations, samples }: MemoryArguments,
  report: (sample: Sample) => void,
): Promise<Sample[]> {
  const cores = await pinThisProcess()
  await using opened = new AsyncDisposableStack()
  const { subgraphs: definitions, variables } = await profileWorkload()
  const subgraphs: MemoisedSubgraph[] = []
  for (const definition of definitions) subgraphs.push(opened.use(await serveMemo(definition)))
  const { sdl } = compose(
    definitions.map((definition, i) => ({ ...definition, url: subgraphs[i]?.url ?? '' })),
  )
  const gateway = opened.use(await startGateway(sdl, cores?.measured ?? null))

  const bytes = Array.from({ length: operations }, (_, n) =>
    toBytes(JSON.stringify({ query: makeOperation(n), variables: variables[n % PEOPLE] }), ''),
  )
  const judge = createJudge()
  const draw = zipf(operations, createRandom(1, 'memory benchmark'))
  const taken: Sample[] = []
  for (let i = 1; i <= samples; i++) {
    let left = Math.ceil(requests / samples)
    const next = () => {
      if (left-- <= 0) return null
      const key = draw()
      return { key, bytes: bytes[key] ?? Buffer.alloc(0) }
    }
    await load({ port: gateway.port, connections: CONNECTIONS, next, judge }).catch(gateway.blame)
    const { rssMb, heapMb } = await gateway.usage('collect')
    const sample = { requests: i * Math.ceil(requests / samples), rssMb, heapMb }
    taken.push(sample)
    report(sample)
  }
  return taken
}

function startGateway(supergraph: string, core: number | null): Promise<Contender> {
  const settings: TesseraSettings = {
    supergraph,
    propagateAuthorization: false,
    fastPath: true,
    jwt: null,
    redisUrl: null,
  }
  const script = join(import.meta.dirname, '..', 'contenders', 'tessera.ts')
  return startContender({
    name: 'the gateway',
    script,
    settings,
    core,
    nodeOptions: [...GATEWAY_NODE_OPTIONS, '--expose-gc'],
  })
}

/** Checks that each response to an operation has the same length as the first one, and no errors. */
function createJudge(): (key: number, head: string, body: Buffer) => void {
  const lengths = new Map<number, number>()
  return (key, head, body) => {
    const length = lengths.get(key) ?? body.length
    lengths.set(key, length)
    const ok = head.startsWith('HTTP/1.1 200') && length === body.length && !body.includes('"errors"')
    if (!ok)
      throw new UserFacingError(`A wrong answer to\n${makeOperation(key)}\n${body.toString().slice(0, 500)}`)
  }
}
