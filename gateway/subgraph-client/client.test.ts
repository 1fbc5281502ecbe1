import { expect, test } from 'vitest'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { createCancellation } from '../../platform/cancellation.ts'
import { createSubgraphClient } from './client.ts'
import { SubgraphFault } from './fault.ts'
import type { Caller } from './headers.ts'
import type { SubgraphTarget } from './target.ts'
import type { RandomBytes } from './trace.ts'
import type { SubgraphHttpResponse, HttpCall } from './transport.ts'

const ALICE: Caller = { viewer: { id: 'alice', session: null }, headers: {} }
const BOB: Caller = { viewer: { id: 'bob', session: null }, headers: {} }
const ok = (data: object): SubgraphHttpResponse => ({
  status: 200,
  contentType: 'application/json',
  text: JSON.stringify({ data }),
})

/** A client over a transport whose responses the test sets. */
function setUp(
  target: SubgraphTarget = { kind: 'internal', url: 'http://users/' },
  randomBytes: RandomBytes = (size) => Buffer.alloc(size, 1),
) {
  const calls: (PromiseWithResolvers<SubgraphHttpResponse> & { call: HttpCall })[] = []
  const client = createSubgraphClient('users', target, {
    transport: {
      send(call) {
        const asked = { ...Promise.withResolvers<SubgraphHttpResponse>(), call }
        calls.push(asked)
        return asked.promise
      },
      async [Symbol.asyncDispose]() {},
    },
    timeoutMs: 1_000,
    signing: { secret: 'a secret that is long enough to be one', clock: () => 0 },
    resilience: { retryDelayMs: 1 },
    monotonic: () => 0,
    randomBytes,
  })
  return { client, calls }
}

test('callers that share a fetch get separate copies of the response', async () => {
  const { client, calls } = setUp()
  const asked = [client.request('q', false, ALICE), client.request('q', false, ALICE)]
  calls[0]?.resolve(ok({ list: [1] }))
  const [one, two] = await Promise.all(asked)
  expect(calls).toHaveLength(1)
  expect(one).toEqual(two)
  expect(one?.data).not.toBe(two?.data)
  expect(one?.data?.['list']).not.toBe(two?.data?.['list'])
})

test('two viewers never share a fetch', async () => {
  const { client, calls } = setUp()
  const asked = [client.request('q', false, ALICE), client.request('q', false, BOB)]
  calls[1]?.resolve(ok({ for: 'bob' }))
  calls[0]?.resolve(ok({ for: 'alice' }))
  expect((await Promise.all(asked)).map(({ data }) => data)).toEqual([{ for: 'alice' }, { for: 'bob' }])
})

test('fetches are shared only between requests with the same token', async () => {
  const entities = { head: 'entities', representations: ['"1"'] }
  const token = (handedOn: string): Caller => ({ ...ALICE, consistency: { handedOn } })
  const askers = () => [
    ALICE,
    token('[["users",1,["3"]]]'),
    token('[["users",1,["4"]]]'),
    token('[["users",1,["3"]]]'),
  ]
  const carried = ['none', '[["users",1,["3"]]]', '[["users",1,["4"]]]']
  for (const parts of [undefined, entities]) {
    const { client, calls } = setUp()
    const asked = askers().map((caller) => client.request('q', false, caller, parts))
    await expect.poll(() => calls.length).toBe(3)
    expect(calls.map(({ call }) => call.headers[CONSISTENCY_HEADER] ?? 'none')).toEqual(carried)
    calls.forEach(({ resolve }, i) => resolve(ok({ _entities: [i] })))
    expect((await Promise.all(asked)).map(({ data }) => data?.['_entities'])).toEqual([[0], [1], [2], [1]])
  }
})

test('trace ids are made from the given random bytes', async () => {
  const { client, calls } = setUp(undefined, (size) => Buffer.alloc(size, 0xab))
  const asked = client.request('m', true, { ...BOB })
  calls[0]?.resolve(ok({}))
  await asked
  expect(calls[0]?.call.headers['traceparent']).toBe(`00-${'ab'.repeat(16)}-${'ab'.repeat(8)}-00`)
})

test('callers that share a fetch share its retries and its error', async () => {
  const { client, calls } = setUp()
  const asked = [client.request('q', false, ALICE), client.request('q', false, ALICE)]
  calls[0]?.resolve({ status: 503, contentType: 'text/plain', text: '' })
  await expect.poll(() => calls.length).toBe(2)
  calls[1]?.reject(new SubgraphFault('timeout', 'late'))
  for (const one of asked) await expect(one).rejects.toMatchObject({ kind: 'timeout' })
  expect(calls).toHaveLength(2)
})

test('mutations are never shared, cancelled or retried', async () => {
  const { client, calls } = setUp()
  const cancellation = createCancellation()
  const caller = { ...ALICE, cancellation }
  const asked = [client.request('m', true, caller), client.request('m', true, caller)]
  cancellation.cancel()
  expect(calls.map(({ call }) => [call.safe, call.cancellation])).toEqual([
    [false, undefined],
    [false, undefined],
  ])
  calls[0]?.resolve(ok({ a: 1 }))
  calls[1]?.reject(new SubgraphFault('unreachable', 'gone'))
  expect((await asked[0])?.data).toEqual({ a: 1 })
  await expect(asked[1]).rejects.toMatchObject({ kind: 'unreachable' })
  expect(calls).toHaveLength(2)
})

test.each(['resolve', 'reject'] as const)(
  'a query after a mutation (%s) does not share a fetch from before it',
  async (how) => {
    const { client, calls } = setUp()
    const before = client.request('q', false, ALICE)
    const mutation = client.request('m', true, ALICE)
    if (how === 'resolve') calls[1]?.resolve(ok({ changed: true }))
    else calls[1]?.reject(new SubgraphFault('timeout', 'late'))
    await mutation.catch(() => {})
    const after = client.request('q', false, ALICE)
    calls[2]?.resolve(ok({ a: 'new' }))
    calls[0]?.resolve(ok({ a: 'old' }))
    expect([(await before).data, (await after).data]).toEqual([{ a: 'old' }, { a: 'new' }])
  },
)

test('when the client disconnects, the query is cancelled and not retried', async () => {
  const { client, calls } = setUp()
  const cancellation = createCancellation()
  const asked = client.request('q', false, { ...ALICE, cancellation })
  const [first] = calls
  first?.call.cancellation?.onCancel(() => first.reject(new SubgraphFault('cancelled', 'gone')))
  cancellation.cancel()
  await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
  expect(calls).toHaveLength(1)
})

test('queries to our own subgraphs are pipelined, and to others only if the target allows it', () => {
  const foreign = { kind: 'external', url: 'http://x/', headers: { propagate: [], insert: {} } } as const
  const targets = [undefined, foreign, { ...foreign, pipelining: true }]
  const pipelined = targets.map((target) => {
    const { client, calls } = setUp(target)
    void client.request('q', false, ALICE)
    return calls[0]?.call.pipelined
  })
  expect(pipelined).toEqual([true, false, true])
})
