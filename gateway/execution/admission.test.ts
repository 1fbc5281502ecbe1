import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAdmission } from './admission.ts'

const LARGE = 600_000
const SMALL = 1_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'setImmediate'] }))
afterEach(() => void vi.useRealTimers())

/** Waits for two measurements of the event loop. */
const later = () => vi.advanceTimersByTimeAsync(20)

/** An admission in a gateway whose event loop is busy or waits. `begun` has the operations in the order in which they began. */
function setUp(loop: 'busy' | 'waiting') {
  const state = { now: 0, idle: 0 }
  const pass = () => {
    state.now += 1
    if (loop === 'waiting') state.idle += 1
    return state
  }
  const admission = createAdmission({ now: () => pass().now, idle: () => pass().idle })
  const begun: string[] = []
  const answers = new Map<string, PromiseWithResolvers<string>>()
  const run = (name: string, weight: number) =>
    admission.run(weight, () => {
      begun.push(name)
      const response = Promise.withResolvers<string>()
      answers.set(name, response)
      return response.promise
    })
  return { state, begun, run, end: (name: string) => answers.get(name) }
}

test('while the gateway is busy, large responses are produced one after the other, in order', async () => {
  const { begun, run, end } = setUp('busy')
  const asked = Promise.allSettled(['a', 'b', 'c'].map((name) => run(name, LARGE)))
  await later()
  expect(begun).toEqual(['a'])
  end('a')?.resolve('A')
  await later()
  expect(begun).toEqual(['a', 'b'])
  end('b')?.reject(new Error('B'))
  await later()
  expect(begun).toEqual(['a', 'b', 'c'])
  end('c')?.resolve('C')
  expect(await asked).toMatchObject([{ value: 'A' }, { reason: Error('B') }, { value: 'C' }])
})

test('while the gateway only waits for subgraphs, all of them begin, one after the other', async () => {
  const { begun, run } = setUp('waiting')
  for (const name of ['a', 'b', 'c', 'd']) void run(name, LARGE)
  expect(begun).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(10)
  expect(begun).toEqual(['a', 'b'])
  await vi.advanceTimersByTimeAsync(20)
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
})

test('small responses begin immediately and do not delay others', async () => {
  const { begun, run } = setUp('busy')
  for (let i = 0; i < 1_000; i++) void run(String(i), SMALL)
  void run('a', LARGE)
  void run('b', LARGE)
  void run('small', SMALL)
  expect(begun).toHaveLength(1_002)
  expect(begun.slice(1_000)).toEqual(['a', 'small'])
})

test('a response larger than the limit is produced alone', async () => {
  const { begun, run, end } = setUp('busy')
  void run('a', 5_000_000)
  void run('b', 5_000_000)
  await later()
  expect(begun).toEqual(['a'])
  end('a')?.resolve('A')
  await later()
  expect(begun).toEqual(['a', 'b'])
})

test('an operation that waits for a slow subgraph does not delay the others for long', async () => {
  const { state, begun, run, end } = setUp('busy')
  void run('slow', LARGE)
  void run('b', LARGE)
  await later()
  expect(begun).toEqual(['slow'])
  state.now += 1_000
  await later()
  expect(begun).toEqual(['slow', 'b'])
  end('slow')?.resolve('')
  void run('c', LARGE)
  await later()
  expect(begun).toEqual(['slow', 'b'])
})
