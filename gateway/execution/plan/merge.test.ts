import { expect, test } from 'vitest'
import type { JsonObject } from '../json.ts'
import { createTypeIndex } from '../type-index.ts'
import { mergeInto } from './merge.ts'

const merged = (known: JsonObject, fetched: JsonObject) => {
  mergeInto(known, fetched, createTypeIndex({ Node: ['A'] }))
  return known
}

test('objects and lists of one length merge member by member, null never replaces', () => {
  expect(
    merged({ a: { x: 1 }, l: [{ x: 1 }, null], n: 1 }, { a: { y: 2 }, l: [{ y: 2 }, { y: 3 }], n: null }),
  ).toEqual({ a: { x: 1, y: 2 }, l: [{ x: 1, y: 2 }, { y: 3 }], n: 1 })
})

test('an interface’s name never replaces the type of an object, and is replaced by it', () => {
  expect(merged({ a: { __typename: 'A' } }, { a: { __typename: 'Node' } })).toEqual({
    a: { __typename: 'A' },
  })
  expect(merged({ a: { __typename: 'Node' } }, { a: { __typename: 'A' } })).toEqual({
    a: { __typename: 'A' },
  })
  expect(merged({ __typename: 'A' }, { __typename: 'B' })).toEqual({ __typename: 'B' })
})

test('what is nested deeper than the stack is the later value’s', () => {
  const deep = (inner: number) =>
    JSON.parse(`${'{"a":'.repeat(100_000)}${inner}${'}'.repeat(100_000)}`) as JsonObject
  let value: unknown = merged(deep(1), deep(2))
  while (typeof value === 'object') value = (value as JsonObject)['a']
  expect(value).toBe(2)
})
