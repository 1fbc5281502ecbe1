import { expect, test } from 'vitest'
import { createCancellation, type Cancellation } from '../../platform/cancellation.ts'
import { createFlights } from './coalesce.ts'

/** Flights whose results the test sets. `started` has them in order, each with its cancellation. */
function setUp() {
  const state = { now: 0, writes: { ended: 0 } }
  const started: (PromiseWithResolvers<string> & { cancellation: Cancellation | undefined })[] = []
  const flights = createFlights<string>(state.writes, () => state.now)
  const alice = {}
  const ask = (headers: object = alice, body = 'q', cancellation?: Cancellation) =>
    flights.join(headers, body, cancellation, (own) => {
      const flight = { ...Promise.withResolvers<string>(), cancellation: own }
      started.push(flight)
      return flight.promise
    })
  return { state, started, ask, alice }
}

test('two equal concurrent requests are fetched once, and both get the response', async () => {
  const { started, ask } = setUp()
  const asked = [ask(), ask()]
  started[0]?.resolve('answer')
  expect(await Promise.all(asked)).toEqual(['answer', 'answer'])
  expect(started).toHaveLength(1)
})

test('requests with other headers (another viewer) or another body never share a fetch, in any order', async () => {
  const { started, ask, alice } = setUp()
  const bob = {}
  const asked = [ask(alice, 'q'), ask(bob, 'q'), ask(alice, 'r'), ask(alice, 'q'), ask(bob, 'q')]
  expect(started).toHaveLength(3)
  for (const [i, response] of ['alice q', 'bob q', 'alice r'].entries()) started[i]?.resolve(response)
  expect(await Promise.all(asked)).toEqual(['alice q', 'bob q', 'alice r', 'alice q', 'bob q'])
})

test('an error is reported to all callers', async () => {
  const { started, ask } = setUp()
  const asked = [ask(), ask(), ask()]
  started[0]?.reject(new Error('down'))
  for (const one of asked) await expect(one).rejects.toThrow('down')
})

test.each(['resolve', 'reject'] as const)(
  'a request after the end of a fetch (%s) starts a new one',
  async (how) => {
    const { started, ask } = setUp()
    const first = ask()
    // This is the first moment at which a caller can have the response.
    const second = first.catch(() => {}).then(() => ask())
    started[0]?.[how]('old')
    await first.catch(() => {})
    await Promise.resolve()
    started[1]?.resolve('new')
    expect(await second).toBe('new')
  },
)

test('a request after a mutation sees its effect, because fetches that began before are no longer shared', async () => {
  const { started, ask, state } = setUp()
  const before = ask()
  state.writes.ended++
  const after = [ask(), ask()]
  started[0]?.resolve('old')
  started[1]?.resolve('new')
  expect(await before).toBe('old')
  expect(await Promise.all(after)).toEqual(['new', 'new'])
  expect(started).toHaveLength(2)
})

test('after 10 ms, a fetch is no longer shared', () => {
  const { started, ask, state } = setUp()
  void ask()
  state.now = 10
  void ask()
  expect(started).toHaveLength(1)
  state.now = 10.5
  void ask()
  expect(started).toHaveLength(2)
})

test('a caller that cancels does not affect the others, and the last one cancels the fetch', async () => {
  const { started, ask, alice } = setUp()
  const clients = [createCancellation(), createCancellation()]
  const asked = clients.map((client) => ask(alice, 'q', client))
  clients[0]?.cancel()
  await expect(asked[0]).rejects.toMatchObject({ kind: 'cancelled' })
  expect(started[0]?.cancellation?.cancelled).toBe(false)
  clients[1]?.cancel()
  await expect(asked[1]).rejects.toMatchObject({ kind: 'cancelled' })
  expect(started[0]?.cancellation?.cancelled).toBe(true)

  const next = ask(alice, 'q', createCancellation())
  expect(started).toHaveLength(2)
  started[1]?.resolve('new')
  expect(await next).toBe('new')
})

test.each(['first', 'last'])(
  'with a caller that cannot cancel (%s), the fetch is never cancelled',
  async (when) => {
    const { started, ask, alice } = setUp()
    const client = createCancellation()
    const stays = when === 'first' ? ask() : null
    const leaves = ask(alice, 'q', client)
    const other = stays ?? ask()
    client.cancel()
    await expect(leaves).rejects.toMatchObject({ kind: 'cancelled' })
    expect(started[0]?.cancellation?.cancelled ?? false).toBe(false)
    started[0]?.resolve('answer')
    expect(await other).toBe('answer')
    expect(started).toHaveLength(1)
  },
)

test('a request that is already cancelled starts no fetch', async () => {
  const { started, ask, alice } = setUp()
  const client = createCancellation()
  client.cancel()
  await expect(ask(alice, 'q', client)).rejects.toMatchObject({ kind: 'cancelled' })
  expect(started).toEqual([])
})
