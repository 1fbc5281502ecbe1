import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseCommandLine, wholeNumber, type Command } from '../../platform/command-line.ts'
import { runCommand } from '../../platform/lifecycle.ts'
import { createHttp1Transport } from '../../gateway/subgraph-client/http1/http1-transport.ts'
import { RESPONSE_LIMIT, type Transport } from '../../gateway/subgraph-client/transport.ts'
import { createUndiciTransport } from '../../gateway/subgraph-client/undici-transport.ts'
import { measure, median, type Measured } from './measure.ts'
import { createUndiciRequest } from './undici-request.ts'

const CLIENT = {
  name: 'npm run bench:client',
  about: `Measures what a request to a subgraph costs the gateway: first several HTTP clients, then our own with other numbers of
connections and depths of pipelining. Rounds are interleaved, so that a busy moment of the machine affects all alike.`,
  options: {
    requests: { type: 'string', value: 'N', default: '20000', about: 'requests of a round, from 100' },
    rounds: { type: 'string', value: 'N', default: '5', about: 'rounds, 1 to 100' },
  },
  examples: [
    ['', 'the published figures'],
    ['--requests 2000 --rounds 1', 'a quick look'],
  ],
} as const satisfies Command

type Load = { url: string; requests: number; rounds: number }

const IN_FLIGHT = 50
const limit = RESPONSE_LIMIT

await runCommand(async () => {
  const { values } = parseCommandLine(CLIENT)
  const requests = wholeNumber('--requests', values.requests, 100, 1_000_000)
  const rounds = wholeNumber('--rounds', values.rounds, 1, 100)
  const server = fork(join(import.meta.dirname, 'server.ts'), { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  const [port] = (await once(server.stdout ?? server, 'data')) as [Buffer]
  const url = `http://127.0.0.1:${String(port).trim()}/graphql`
  const load = { url, requests, rounds }

  await compare(load, {
    'undici.request': createUndiciRequest(),
    'undici.dispatch': createUndiciTransport({ maxResponseBytes: limit }),
    'own, not pipelined': createHttp1Transport({ maxResponseBytes: limit, unshared: 64 }),
    'own, pipelined': createHttp1Transport({ maxResponseBytes: limit }),
  })
  const table: Record<string, Transport> = {}
  for (const unshared of [1, 2, 4, 8, 16, 64]) {
    for (const depth of [1, 4, 8, 16]) {
      const connections = depth === 1 ? unshared : 64
      table[`${unshared} connections, depth ${depth}`] = createHttp1Transport({
        maxResponseBytes: limit,
        unshared,
        depth,
        connections,
      })
    }
  }
  await compare(load, table)
  server.disconnect()
})

async function compare({ url, requests, rounds }: Load, clients: Record<string, Transport>): Promise<void> {
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
