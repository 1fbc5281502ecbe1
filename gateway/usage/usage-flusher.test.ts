import { buildSchema, parse, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { UsageFlusher } from './usage-flusher.ts'
import { UsageRecorder } from './usage-recorder.ts'
import type { UsageChunk } from './usage-store.ts'

const DAY_MS = 86_400_000
const START = Date.parse('2026-11-28T12:00:00Z')
const schema = buildSchema('type Query { a: Int }')

function openBed() {
  const state = { now: START, down: false, written: [] as UsageChunk[] }
  const recorder = new UsageRecorder(() => state.now)
  const flusher = new UsageFlusher({
    recorder,
    store: {
      write: async (chunk) => {
        if (state.down) throw new Error('Redis is down')
        state.written.push(chunk)
        return 0
      },
    },
    state: 'recording',
    gateway: 'g',
    clock: () => state.now,
  })
  const record = (name: string) => {
    const document = parse(`query ${name} { a }`)
    const operation = document.definitions[0] as OperationDefinitionNode
    recorder.record(schema, { document, operation, variables: {} }, {})
  }
  return { state, recorder, flusher, record }
}

const sumOf = (chunks: readonly UsageChunk[]) =>
  chunks.flatMap(({ uses }) => uses).reduce((sum, { count }) => sum + count, 0)

test('each flush says that the gateway records, and the last one that it has stopped', async () => {
  const { state, flusher } = openBed()
  state.now += 5_000
  await flusher.flush()
  state.now += 3_000
  await flusher.stop()
  expect(state.written).toMatchObject([
    { day: '2026-11-28', sequence: 1, from: START, to: START + 5_000, state: 'recording', uses: [] },
    { sequence: 2, from: START + 5_000, to: START + 8_000, state: 'stopped', uses: [] },
  ])
})

test('a large batch is written in chunks, and only the last one says that it is complete', async () => {
  const { state, flusher, record } = openBed()
  for (let i = 0; i < 450; i++) record(`Q${i}`)
  state.now += 5_000
  await flusher.flush()
  expect(state.written.map(({ to, end, uses }) => [to - START, end - START, uses.length])).toEqual([
    [0, 5_000, 200],
    [0, 5_000, 200],
    [5_000, 5_000, 50],
  ])
})

test('while the store is down, a day is one batch; of more chunks than fit, the number of requests is kept', async () => {
  const { state, recorder, flusher, record } = openBed()
  state.down = true
  for (let day = 0; day < 3; day++) {
    for (let i = 0; i < 9_000; i++) record(`Q${i}`)
    for (let i = 0; i < 3; i++) await flusher.flush()
    state.now += DAY_MS
  }
  await flusher.flush()
  expect(flusher.failed).toBeGreaterThan(3)
  state.down = false
  await flusher.flush()
  const { written } = state
  const lost = written.reduce((sum, chunk) => sum + chunk.lost, 0)
  expect(lost).toBeGreaterThan(0)
  expect(lost).toBe(recorder.lost)
  expect(sumOf(written) + lost).toBe(27_000)
  expect(new Set(written.map(({ day }) => day)).size).toBeGreaterThanOrEqual(3)
  expect(written.filter(({ uses }) => uses.length > 0).length).toBeLessThanOrEqual(101)
})
