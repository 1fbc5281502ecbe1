import { expect, test } from 'vitest'
import { createLog } from '../../platform/log.ts'
import type { HttpCall } from '../subgraph-client/transport.ts'
import { watchRevocations } from './revocations.ts'

const NOW = Date.UTC(2026, 10, 20, 12)
const DAY_MS = 86_400_000
const at = (ms: number) => new Date(ms).toISOString()

type Listed = { id: string; endedAt: string }

/** A watch over a list that the test writes; a list of null cannot be read. */
async function setUp(first: Listed[] | null) {
  const state = { now: NOW, list: first, asked: [] as (string | null)[] }
  const transport = {
    send: async ({ url }: HttpCall) => {
      state.asked.push(new URL(url).searchParams.get('since'))
      const text = JSON.stringify({ sessions: state.list })
      return { status: state.list ? 200 : 503, contentType: 'application/json', text }
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const watch = await watchRevocations({
    url: 'http://users/revocations',
    transport,
    secret: 'a secret that is long enough to be one',
    clock: () => state.now,
    log: createLog('test', { LOG_LEVEL: 'fatal' }),
    timeoutMs: 1_000,
  })
  return { state, watch }
}

test('the list is read whole once, then from the newest entry on, with a margin of 5 s', async () => {
  const { state, watch } = await setUp([
    { id: 'b', endedAt: at(NOW - 1_000) },
    { id: 'a', endedAt: at(NOW - 9_000) },
  ])
  using _ = watch
  state.list = [{ id: 'c', endedAt: at(NOW) }]
  await watch.poll()
  state.list = []
  await watch.poll()
  expect(state.asked).toEqual([null, at(NOW - 6_000), at(NOW - 5_000)])
  expect(['a', 'b', 'c', 'd'].map(watch.isRevoked)).toEqual([true, true, true, false])
})

test('while nothing has ended the whole list is asked for', async () => {
  const { state, watch } = await setUp([])
  using _ = watch
  await watch.poll()
  expect(state.asked).toEqual([null, null])
})

test('an end in the future, by a clock that is fast, hides none of now', async () => {
  const { state, watch } = await setUp([{ id: 'a', endedAt: at(NOW + DAY_MS) }])
  using _ = watch
  await watch.poll()
  expect(state.asked).toEqual([null, at(NOW - 5_000)])
})

test('what ended more than a day ago is forgotten: no access token lives as long', async () => {
  const { state, watch } = await setUp([{ id: 'a', endedAt: at(NOW) }])
  using _ = watch
  state.list = []
  state.now = NOW + DAY_MS
  await watch.poll()
  expect(watch.isRevoked('a')).toBe(true)
  state.now = NOW + DAY_MS + 1
  await watch.poll()
  expect(watch.isRevoked('a')).toBe(false)
})

test('once read the list is known, and after a failure out of date until the next look', async () => {
  const { state, watch } = await setUp(null)
  using _ = watch
  await expect(watch.known()).rejects.toThrow('was never read: answered with HTTP status 503')
  state.list = [{ id: 'a', endedAt: at(NOW) }]
  await watch.poll()
  await Promise.all([watch.known(), watch.current()])
  state.list = null
  await watch.poll()
  expect(watch.isRevoked('a')).toBe(true)
  await watch.known()
  await expect(watch.current()).rejects.toThrow('is out of date: answered with HTTP status 503')
})
