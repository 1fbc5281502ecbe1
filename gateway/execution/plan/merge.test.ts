import { expect, test } from 'vitest'
import type { JsonObject } from '../json.ts'
import { createTypeIndex } from '../type-index.ts'
import { mergeInto } from './merge.ts'

const merged = (known: JsonObject, fetched: JsonObject) => {
  mergeInto(known, fetched, createTypeIndex({ Node: ['A'] }))
  return known
}

test('objects and lists of equal length are merged recursively, and null never replaces a value', () => {
  expect(
    merged({ a: { x: 1 }, l: [{ x: 1 }, null], n: 1 }, { a: { y: 2 }, l: [{ y: 2 }, { y: 3 }], n: null }),
  ).toEqual({ a: { x: 1, y: 2 }, l: [{ x: 1, y: 2 }, { y: 3 }], n: 1 })
})

test('the name of an object type replaces the name of an interface, never the reverse', () => {
  expect(merged({ a: { __typename: 'A' } }, { a: { __typename: 'Node' } })).toEqual({
    a: { __typename: 'A' },
  })
  expect(merged({ a: { __typename: 'Node' } }, { a: { __typename: 'A' } })).toEqual({
    a: { __typename: 'A' },
  })
  expect(merged({ __typename: 'A' }, { __typename: 'B' })).toEqual({ __typename: 'B' })
})

test('where nesting exceeds the stack, the later value is used', () => {
  const deep = (inner: number) =>
    JSON.parse(`${'{"a":'.repeat(100_000)}${inner}${'}'.repeat(100_000)}`) as JsonObject
  let value: unknown = merged(deep(1), deep(2))
  while (typeof value === 'object') value = (value as JsonObject)['a']
  expect(value).toBe(2)
})
