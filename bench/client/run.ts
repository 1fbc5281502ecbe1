import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createHttp1Transport } from '../../gateway/subgraph-client/http1/http1-transport.ts'
import { RESPONSE_LIMIT, type Transport } from '../../gateway/subgraph-client/transport.ts'
import { createUndiciTransport } from '../../gateway/subgraph-client/undici-transport.ts'
import { measure, median, type Measured } from './measure.ts'
import { createUndiciRequest } from './undici-request.ts'

/**
 * What a request to a subgraph costs the gateway: clients side by side, then our own with other numbers of connections
 * and depths of pipelining. Rounds are interleaved, so that a busy moment of the machine hits all.
 *
 *     node bench/client/run.ts [requests per round, default 20000] [rounds, default 5]
 */
const [requests = 20_000, rounds = 5] = process.argv.slice(2).map(Number)
const IN_FLIGHT = 50
const limit = RESPONSE_LIMIT

const server = fork(join(import.meta.dirname, 'server.ts'), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
const [port] = (await once(server.stdout ?? server, 'data')) as [Buffer]
const url = `http://127.0.0.1:${String(port).trim()}/graphql`

await compare({
  'undici.request': createUndiciRequest(),
  'undici.dispatch': createUndiciTransport({ limit }),
  'own, not pipelined': createHttp1Transport({ limit, unshared: 64 }),
  'own, pipelined': createHttp1Transport({ limit }),
})
const table: Record<string, Transport> = {}
for (const unshared of [1, 2, 4, 8, 16, 64]) {
  for (const depth of [1, 4, 8, 16]) {
    const connections = depth === 1 ? unshared : 64
    table[`${unshared} connections, depth ${depth}`] = createHttp1Transport({
      limit,
      unshared,
      depth,
      connections,
    })
  }
}
await compare(table)
server.disconnect()

async function compare(clients: Record<string, Transport>): Promise<void> {
  const results = new Map<string, Measured[]>()
  for (let round = 0; round <= rounds; round++) {
    for (const [name, { send }] of Object.entries(clients)) {
      const measured = await measure(send, url, requests, IN_FLIGHT)
      // The first round is for the compiler.
      if (round > 0) results.set(name, [...(results.get(name) ?? []), measured])
    }
  }
  for (const client of Object.values(clients)) await client[Symbol.asyncDispose]()
  console.table(
    Object.fromEntries(
      [...results].map(([name, all]) => {
        const cpu = all.map(({ cpuUs }) => cpuUs)
        const row = {
          'CPU µs': median(cpu).toFixed(1),
          'min–max': `${Math.min(...cpu).toFixed(1)}–${Math.max(...cpu).toFixed(1)}`,
          'req/s': Math.round(median(all.map(({ perSecond }) => perSecond))),
        }
        return [name, row]
      }),
    ),
  )
}
