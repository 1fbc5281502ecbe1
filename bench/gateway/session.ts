import { join } from 'node:path'
import { GATEWAY_NODE_OPTIONS } from '../../local/system/environment.ts'
import { installBaselines } from '../support/baselines.ts'
import { startContender, type Contender } from '../support/contender.ts'
import { load } from '../support/load.ts'
import { pinThisProcess, type Cores } from '../support/pin.ts'
import { openRedis } from '../support/redis.ts'
import { serveMemo, type MemoisedSubgraph } from '../support/serve-memo.ts'
import type { BenchArguments } from './arguments.ts'
import { CONTENDERS, type ContenderName, type SessionSettings } from './contenders.ts'
import { startIssuer } from './issuer.ts'
import { createJudge, type Judge } from './judge.ts'
import { measure, type Measured } from './measure.ts'
import { makeRequests, type Authorization, type Requests } from './requests.ts'
import { compose } from './workloads/compose.ts'
import { guildWorkload } from './workloads/guild.ts'
import { profileWorkload } from './workloads/profile.ts'
import { makeReferences } from './workloads/references.ts'

/** Number of connections, as in the Guild's and most other benchmarks of gateways. */
export const CONNECTIONS = 50
/** Minimum warm-up of a contender before its first round, and warm-up before each later round. Seconds. */
const FIRST_WARM_UP = 3
const WARM_UP = 0.5

export type SessionResult = {
  /** Null if the processes could not be pinned. */
  cores: Cores | null
  /** Mean size of the responses, in bytes. */
  responseBytes: number
  /** One measurement per round, by contender. */
  measured: ReadonlyMap<ContenderName, readonly Measured[]>
}

type Entrant = { contender: Contender; name: ContenderName; judge: Judge; authorization: Authorization }

/** Compares all contenders. Each is started once and checked. Then they are measured in turns, one under load at a time. */
export async function runSession(
  args: BenchArguments,
  report: (line: string) => void,
): Promise<SessionResult> {
  if (args.only.some((name) => CONTENDERS[name].peer)) await installBaselines(report)
  const cores = await pinThisProcess()
  if (!cores)
    report('Nothing is pinned, because this needs two cores and taskset. The figures are less reliable.')
  await using opened = new AsyncDisposableStack()
  const workload = args.query === 'profile' ? await profileWorkload() : guildWorkload()
  const subgraphs: MemoisedSubgraph[] = []
  for (const definition of workload.subgraphs) subgraphs.push(opened.use(await serveMemo(definition)))
  const issuer = opened.use(await startIssuer())
  const { sdl, apiSchema } = compose(
    workload.subgraphs.map((definition, i) => ({ ...definition, url: subgraphs[i]?.url ?? '' })),
  )
  const references = await makeReferences(workload, apiSchema)
  const requests = makeRequests(workload)

  const answers = Object.fromEntries(requests.bodies.map((body, key) => [body, references[key] ?? '']))
  const redis = args.only.some((name) => CONTENDERS[name].redis) ? opened.use(await openRedis()) : null
  const session = {
    supergraph: sdl,
    propagateAuthorization: args.query === 'guild',
    answers,
    issuer,
    redisUrl: redis && redis.url,
  }
  const entrants: Entrant[] = []
  for (const name of args.only) {
    const contender = opened.use(await start(name, session, cores, args.cpuProf))
    const authorization = authorizationOf(args, CONTENDERS[name].signedIn, issuer.tokens)
    const entrant = { contender, name, judge: createJudge(name, references), authorization }
    await checkAll(entrant, requests)
    report(
      `${name} gives the ${references.length === 1 ? 'right answer' : `${references.length} right answers`}.`,
    )
    entrants.push(entrant)
  }

  const measured = new Map<ContenderName, Measured[]>(args.only.map((name) => [name, []]))
  for (let round = 1; round <= args.rounds; round++) {
    for (const { name, contender, judge, authorization } of entrants) {
      const target = { contender, judge, subgraphs, connections: CONNECTIONS }
      const warmUp = round === 1 ? Math.max(FIRST_WARM_UP, args.seconds) : WARM_UP
      await measure(target, requests.sequence(-round, authorization), warmUp)
      const result = await measure(target, requests.sequence(round, authorization), args.seconds)
      measured.get(name)?.push(result)
      report(
        `round ${round}/${args.rounds}  ${name.padEnd(22)} ${result.rps.toFixed(0).padStart(6)} req/s${coldnessOf(name, result)}`,
      )
    }
  }
  const bytes = references.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return { cores, responseBytes: bytes / references.length, measured }
}

/** In a long session, entries expire. So some fetches are right. */
const WARM_FETCHES = 0.2

/** A cache that was not warm, because Redis did not respond in time, for example. Empty otherwise. */
function coldnessOf(name: ContenderName, { fetches }: Measured): string {
  if (!CONTENDERS[name].warm || fetches <= WARM_FETCHES) return ''
  return `  not warm: ${fetches.toFixed(2)} fetches per request`
}

function start(name: ContenderName, session: SessionSettings, cores: Cores | null, cpuProf: string | null) {
  const { script, settings } = CONTENDERS[name]
  const profiling = cpuProf === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${join(cpuProf, name)}`]
  // All contenders get the same options, so that none has an advantage from its Node options.
  const nodeOptions = [...GATEWAY_NODE_OPTIONS, ...profiling]
  return startContender({
    name,
    script,
    settings: settings(session),
    core: cores?.measured ?? null,
    nodeOptions,
  })
}

function authorizationOf(
  { query, headers }: BenchArguments,
  signedIn: boolean,
  tokens: readonly string[],
): Authorization {
  const same = query === 'guild' && headers === 'same'
  if (signedIn) return { kind: 'one-of', values: same ? tokens.slice(0, 1) : tokens }
  if (query === 'profile') return { kind: 'none' }
  return same ? { kind: 'one-of', values: ['everybody'] } : { kind: 'unique' }
}

/**
 * Sends every different request once. The responses must equal the reference. Afterwards the subgraphs have executed
 * everything, so that later requests are served from their memos.
 */
async function checkAll({ contender, judge, authorization }: Entrant, requests: Requests): Promise<void> {
  const each = requests.each(authorization)
  const next = () => each.pop() ?? null
  await load({ port: contender.port, connections: 8, next, judge: judge.learn }).catch(contender.blame)
}
