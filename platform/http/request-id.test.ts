import { expect, test } from 'vitest'
import { requestIdOf } from './request-id.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`
const newId = () => 'new'

test.each(['1', 'f3b1c7de-7c1e-4f5e-9b57-0d8f6f3a2f10', 'Root=1-5759e988:a/b+c_d.e', 'x'.repeat(128)])(
  'a well-formed id from the client is kept: %s',
  (id) => {
    expect(requestIdOf({ 'x-request-id': id, traceparent }, newId)).toBe(id)
  },
)

test.each(['', 'x'.repeat(129), 'two words', 'a, b', 'a\tb', '"quoted"', '{"json":1}', 'ä', '<b>', "it's"])(
  'any other id is replaced: %j',
  (id) => {
    expect(requestIdOf({ 'x-request-id': id }, newId)).toBe('new')
  },
)

test('without an id, the trace id is used', () => {
  expect(requestIdOf({ traceparent }, newId)).toBe(TRACE)
  expect(requestIdOf({ traceparent, 'x-request-id': 'not valid' }, newId)).toBe(TRACE)
})

test.each([traceparent.toUpperCase(), `${traceparent}-x`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`])(
  'a malformed traceparent is ignored: %s',
  (bad) => {
    expect(requestIdOf({ traceparent: bad }, newId)).toBe('new')
  },
)

test('new ids are unique UUIDs', () => {
  const [one, two] = [requestIdOf({}), requestIdOf({})]
  expect(one).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/)
  expect(two).not.toBe(one)
})
