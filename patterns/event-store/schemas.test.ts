import { expect, test } from 'vitest'
import type { StoredEvent } from './event.ts'
import { upcast, upcastStream, UnreadableEventError, type EventSchemas } from './schemas.ts'

const SCHEMAS: EventSchemas = {
  Named: {
    schema: 3,
    upcast: {
      1: (data) => ({ first: (data as { name: string }).name }),
      2: (data) => ({ ...(data as object), last: '' }),
    },
  },
  Gone: { schema: 2 },
}
const stored = (type: string, schema: number, data: unknown, version = 1): StoredEvent => ({
  stream: 's',
  version,
  type,
  schema,
  data,
  meta: {},
  recordedAt: new Date(0),
  xid: '3',
})

test('an event is converted step by step to the current schema', () => {
  const expected = { type: 'Named', schema: 3, data: { first: 'a', last: '' } }
  expect(upcast(stored('Named', 1, { name: 'a' }), SCHEMAS)).toMatchObject(expected)
  expect(upcast(stored('Named', 2, { first: 'a' }), SCHEMAS)).toMatchObject(expected)
  expect(upcast(stored('Named', 3, { first: 'a', last: '' }), SCHEMAS)).toMatchObject(expected)
})

test.for([
  ['a newer schema', stored('Named', 4, {}), 'its schema is 4, and this program knows 3 at most'],
  ['an unknown type', stored('Renamed', 1, {}), 'its type is not known'],
  ['a type named like a method of objects', stored('toString', 1, {}), 'its type is not known'],
  ['a missing step', stored('Gone', 1, {}), 'there is no upcast from schema 1 to 2'],
] as const)('%s is refused, and the event is named', ([, event, reason]) => {
  expect(() => upcast(event, SCHEMAS)).toThrow(UnreadableEventError)
  expect(() => upcast(event, SCHEMAS)).toThrow(
    `Event 1 of stream "s" (${event.type}) cannot be read: ${reason}.`,
  )
})

test('a gap in a stream is refused', () => {
  expect(() => upcastStream([stored('Named', 3, {}, 1), stored('Named', 3, {}, 3)], SCHEMAS)).toThrow(
    'version 2 is missing before it',
  )
})
