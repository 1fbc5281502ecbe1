import { expect, test } from 'vitest'
import { audiencePoints, intervalEnds, MAX_POINTS } from './audience.ts'

const at = (text: string) => new Date(`${text}Z`)

test('intervals begin at `from`, and the last one ends at `to`', () => {
  const ends = (...[from, to, by]: [string, string, Parameters<typeof intervalEnds>[2]]) =>
    intervalEnds(at(from), at(to), by).map((end) => end.toISOString().slice(0, 16))
  expect(ends('2026-01-30T06:00', '2026-02-01T06:00', 'DAY')).toEqual([
    '2026-01-31T06:00',
    '2026-02-01T06:00',
  ])
  expect(ends('2026-01-30T06:00', '2026-01-30T07:00', 'DAY')).toEqual(['2026-01-30T07:00'])
  expect(ends('2026-01-01T00:00', '2026-01-10T00:00', 'WEEK')).toEqual([
    '2026-01-08T00:00',
    '2026-01-10T00:00',
  ])
  expect(ends('2023-12-31T00:00', '2024-04-01T00:00', 'MONTH')).toEqual([
    '2024-01-31T00:00',
    '2024-02-29T00:00',
    '2024-03-31T00:00',
    '2024-04-01T00:00',
  ])
})

test('no more ends are computed than it takes to see that they are too many', () => {
  expect(intervalEnds(at('1970-01-01T00:00'), at('9999-01-01T00:00'), 'DAY')).toHaveLength(MAX_POINTS + 1)
})

test('numbers are counted back from now', () => {
  const ends = [at('2026-01-01T00:00'), at('2026-01-02T00:00'), at('2026-01-03T00:00')]
  const changes = [
    { bucket: 4, gained: 10, lost: 1 },
    { bucket: 1, gained: 3, lost: 0 },
    { bucket: 3, gained: 2, lost: 4 },
  ]
  expect(audiencePoints(ends, 12, changes)).toEqual([
    { at: ends[0], followers: 5, gained: 3, lost: 0 },
    { at: ends[1], followers: 5, gained: 0, lost: 0 },
    { at: ends[2], followers: 3, gained: 2, lost: 4 },
  ])
})
