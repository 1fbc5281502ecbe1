import { readResponse } from '../../gateway/subgraph-client/response.ts'
import { createSubgraphClient } from '../../gateway/subgraph-client/client.ts'
import { createResilience } from '../../gateway/subgraph-client/resilience.ts'
import { signInternal } from '../../platform/internal-auth.ts'
import { median } from './measure.ts'

/**
 * What the layers between the engine and the transport cost for each fetch, without any network: microseconds of CPU.
 *
 *     node bench/client/layers.ts
 */
const CALLS = 100_000
const ROUNDS = 7

const entities = Array.from({ length: 10 }, (_, i) => ({
  __typename: 'User',
  id: `u${i}`,
  handle: `alice${i}`,
}))
const text = JSON.stringify({ data: { _entities: entities } })
const response = { status: 200, contentType: 'application/json; charset=utf-8', text }
const viewer = {
  id: 'user_01930000-0000-7000-8000-000000000001',
  session: '01930000-0000-7000-8000-000000000002',
}
const secret = 'a secret that is long enough to be one'
const body = JSON.stringify({ query: 'q'.repeat(250), variables: { id: 'x' } })

const settled = Promise.resolve(response)
const resilience = createResilience()
const client = createSubgraphClient(
  'users',
  { kind: 'internal', url: 'http://users/graphql' },
  {
    transport: { send: () => settled, async [Symbol.asyncDispose]() {} },
    timeoutMs: 1_000,
    signing: { secret, clock: () => Date.now() },
  },
)
let serial = 0

const layers: Record<string, () => unknown> = {
  'an attempt alone': () => attempt(),
  'retry and circuit breaker (cockatiel)': () => resilience.run(true, attempt),
  'JSON.parse of the answer (450 bytes)': () => JSON.parse(text) as unknown,
  'parse and check of the answer': () => readResponse(response),
  'a signature, made anew': () => signInternal(secret, viewer, 'users', serial++),
  'a whole request: headers, coalescing, resilience, parse': () =>
    client.request(`${body}${serial++}`, false, { viewer, headers: {} }),
}

async function attempt() {
  return await settled
}

const results = new Map<string, number[]>()
for (let round = 0; round < ROUNDS; round++) {
  for (const [name, run] of Object.entries(layers)) {
    const cpu = process.cpuUsage()
    for (let i = 0; i < CALLS; i++) await run()
    const { user, system } = process.cpuUsage(cpu)
    if (round > 0) results.set(name, [...(results.get(name) ?? []), (user + system) / CALLS])
  }
}
console.table(
  Object.fromEntries([...results].map(([name, all]) => [name, { 'CPU µs': median(all).toFixed(2) }])),
)
