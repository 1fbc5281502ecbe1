import { expect, test } from 'vitest'
import { healingReader } from '../../patterns/change-log/transports/healing-reader.ts'
import type { LogReader } from '../../patterns/change-log/transports/transport.ts'
import { recordsOf } from './support/consumer-bed.ts'

const LOG = recordsOf('a1 a2 | a3 a4 | a5 |')

/** Holds the records from `first` to `last`, and counts how often it is asked. */
function holding(first: number, last: number): LogReader & { asked: number } {
  return {
    asked: 0,
    read({ offset }, limit) {
      this.asked++
      const held = LOG.filter(
        (record) => record.offset >= first && record.offset <= last && record.offset > offset,
      )
      return Promise.resolve({ kind: 'records', records: held.slice(0, limit) })
    },
  }
}

async function offsets(reader: LogReader, limit = 3): Promise<number[]> {
  const read: number[] = []
  for (let offset = 0; offset < LOG.length;) {
    const page = await reader.read({ epoch: 7, offset }, limit, 10)
    if (page.kind !== 'records') throw new Error(page.kind)
    read.push(...page.records.map((record) => record.offset))
    offset = read.at(-1) ?? LOG.length
  }
  return read
}

const ALL = LOG.map(({ offset }) => offset)

test.each([
  ['holds everything', holding(1, 8), 0],
  ['has lost its beginning', holding(6, 8), 5],
  ['has lost its end', holding(1, 5), 3],
  ['has lost everything', holding(9, 9), 8],
])('with a transport that %s, no record is missed', async (_, transport, expected) => {
  let healed = 0
  const reader = healingReader(transport, holding(1, 8), (count) => (healed += count))
  expect(await offsets(reader)).toEqual(ALL)
  expect(healed).toBeGreaterThanOrEqual(expected)
})

test.each([
  ['has lost one in its middle', [1, 2, 4, 5, 6, 8]],
  ['repeats one', [1, 2, 2, 3, 4, 5, 6, 7, 7, 8]],
  ['has two in the wrong order', [1, 2, 4, 3, 5, 6, 8, 7]],
])('with a transport that %s, each record is read once and in order', async (_, held) => {
  const records = held.map((offset) => LOG[offset - 1] as (typeof LOG)[number])
  const transport: LogReader = {
    read: ({ offset }, limit) =>
      Promise.resolve({
        kind: 'records',
        records: records.filter((record) => record.offset > offset).slice(0, limit),
      }),
  }
  for (const limit of [1, 3, 8]) {
    const reader = healingReader(transport, holding(1, 8), () => {})
    expect(await offsets(reader, limit)).toEqual(ALL)
  }
})

test('records that a transport has lost are not requested from it page by page', async () => {
  const transport = holding(8, 8)
  expect(
    await offsets(
      healingReader(transport, holding(1, 8), () => {}),
      1,
    ),
  ).toEqual(ALL)
  expect(transport.asked).toBe(2)
})

test('a transport that fails or does not respond is skipped for some pages', async () => {
  let asked = 0
  const silent: LogReader = { read: () => (asked++, new Promise(() => {})) }
  expect(
    await offsets(
      healingReader(silent, holding(1, 8), () => {}),
      1,
    ),
  ).toEqual(ALL)
  expect(asked).toBe(1)
})

test('the feed decides about an end, an expiry or another epoch', async () => {
  const transport: LogReader = { read: () => Promise.resolve({ kind: 'other-epoch', epoch: 9 }) }
  expect(await offsets(healingReader(transport, holding(1, 8), () => {}))).toEqual(ALL)
})
