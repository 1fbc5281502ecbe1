import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { parseDateTime } from './date-time-argument.ts'

test.for([
  ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z'],
  ['2026-01-31t12:00:00.5z', '2026-01-31T12:00:00.500Z'],
  ['2026-01-31T12:00:00.1239999+01:30', '2026-01-31T10:30:00.123Z'],
  ['2024-02-29T23:59:59-00:00', '2024-02-29T23:59:59.000Z'],
  ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
] as const)('%s is a time', ([text, time]) => {
  expect(parseDateTime('asOf', text).toISOString()).toBe(time)
})

test.for([
  '',
  'now',
  '2026-01-31',
  '2026-01-31T12:00:00',
  '2026-01-31 12:00:00Z',
  '2026-02-30T12:00:00Z',
  '2026-13-01T12:00:00Z',
  '2026-01-31T24:00:00Z',
  '2026-01-31T12:60:00Z',
  '1969-12-31T23:59:59Z',
  '0000-00-00T00:00:00Z',
  '2026-01-31T12:00:00+24:00',
  5,
  true,
  ['2026-01-31T12:00:00Z'],
  { at: 1 },
])('%j is not a time', (value) => {
  expect(() => parseDateTime('asOf', value)).toThrow(GraphQLError)
  expect(() => parseDateTime('asOf', value)).toThrow(
    /^asOf: .* is not a time since 1970\. Pass a date, a time/,
  )
})
