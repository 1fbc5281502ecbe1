import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { createServer } from 'node:http'
import { mkdir, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createHistogram, monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { parseStandaloneConfig } from '../gateway/standalone/config.ts'
import { startStandaloneGateway } from '../gateway/standalone/start-standalone-gateway.ts'
import { readSupergraph } from '../gateway/supergraph/read-supergraph.ts'
import { systemClock } from '../platform/clock.ts'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { createLog } from '../platform/log.ts'

/** Types of the supergraph, in two subgraphs; each has 10 fields. */
const TYPES = 1_000
const RELOADS = 10
const COLD_OPERATIONS = 200

const ANSWER = '{"data":{"t0":{"__typename":"T0","id":"0"},"_entities":[]}}'

const EVENT_LOOP: Command = {
  name: 'npm run bench:event-loop',
  about: `Measures the longest time for which the gateway's event loop is blocked while it loads another large supergraph, and
while it plans operations it has not seen. Everything runs in one process, so the times include those of this program.
Writes to bench/results.`,
  options: {},
  examples: [['', 'the published figures; takes about a minute']],
}

await runCommand(async () => {
  parseCommandLine(EVENT_LOOP)
  const subgraph = createServer((request, response) => {
    request.resume().once('end', () => response.setHeader('content-type', 'application/json').end(ANSWER))
  })
  await new Promise<void>((resolve) => subgraph.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(subgraph.address() as AddressInfo).port}/`
  const [one, two] = await Promise.all([supergraph(url, 'one'), supergraph(url, 'two')])
  await using gateway = await startStandaloneGateway({
    supergraph: one,
    config: parseStandaloneConfig('{}', 'the config of the benchmark', [...one.subgraphs.keys()]),
    host: '127.0.0.1',
    port: 0,
    log: createLog('gateway', { LOG_LEVEL: 'warn' }),
    clock: systemClock,
  })
  const ask = async (query: string) => {
    const body = JSON.stringify({ query })
    const headers = { 'content-type': 'application/json' }
    await (await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })).text()
  }
  const idle = await longest(() => new Promise((resolve) => setTimeout(resolve, 2_000)))
  const planning = await longest(async () => {
    for (let i = 0; i < COLD_OPERATIONS; i++) await ask(`query Cold${i} { t${i} { id f1 { id f2 { id } } } }`)
  })
  const loading = createHistogram()
  for (let i = 0; i < RELOADS; i++) {
    loading.record(Math.ceil(await longest(() => gateway.reload(i % 2 === 0 ? two : one))) || 1)
  }
  subgraph.close()
  const results = {
    types: TYPES,
    sdlBytes: one.sdl.length,
    longestMs: {
      idle: round(idle),
      planning: round(planning),
      reloadMedian: loading.percentile(50),
      reload: loading.max,
    },
  }
  const folder = join(import.meta.dirname, 'results')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'event-loop.json'), `${JSON.stringify(results, null, 2)}\n`)
  console.log(JSON.stringify(results, null, 2))
})

/** The longest delay of the event loop while `work` is done, in milliseconds. */
async function longest(work: () => Promise<unknown>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  const began = performance.now()
  await work()
  delays.disable()
  return performance.now() - began < 2 ? 0 : delays.max / 1e6
}

async function supergraph(url: string, edition: string) {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
  const types = Array.from({ length: TYPES }, (_, i) => i)
  const field = (i: number, j: number) => `f${j}(first: Int): T${(i * 7 + j) % TYPES}`
  const half = (part: number) =>
    types.map((i) => {
      const fields = [1, 2, 3, 4, 5].map((j) => field(i, j + 5 * part))
      return `type T${i} @key(fields: "id") { id: ID! ${edition}${part}: String ${fields.join(' ')} }`
    })
  const query = `type Query { ${types.map((i) => `t${i}: T${i}`).join(' ')} }`
  const { errors, supergraphSdl } = composeServices([
    { name: 'a', url, typeDefs: parse([link, query, ...half(0)].join('\n')) },
    { name: 'b', url, typeDefs: parse([link, ...half(1)].join('\n')) },
  ])
  if (errors) throw new AggregateError(errors)
  return readSupergraph(supergraphSdl, 'the supergraph of the benchmark')
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10
}
