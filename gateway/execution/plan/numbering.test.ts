import { expect, test } from 'vitest'
import { createTypeIndex } from '../type-index.ts'
import { compileNumbering } from './numbering.ts'
import { compileProjection } from './projection.ts'

const field = (name: string, selections?: never[]) => ({
  kind: 'Field' as const,
  name,
  ...(selections && { selections }),
})
const numbering = (...names: string[]) => {
  const selections = ['__typename', ...names].map((name) => field(name))
  const number = compileNumbering(compileProjection(selections, createTypeIndex({})), null)
  return (entities: readonly Record<string, unknown>[]) => number(entities, false)
}

test('entities with equal representations have the same number, in order of first occurrence', () => {
  const [a, b] = [
    { __typename: 'T', id: 'a', x: 1 },
    { __typename: 'T', id: 'b' },
  ]
  expect(numbering('id')([b, a, { ...b }, { ...a, x: 2 }])).toEqual({
    texts: ['{"__typename":"T","id":"b"}', '{"__typename":"T","id":"a"}'],
    slots: [0, 1, 0, 1],
  })
})

test('the same key with another type or another kind of value is another representation', () => {
  const ids = ['1', 1, true, null, '1', 1]
  const entities = [...ids.map((id) => ({ __typename: 'T', id })), { __typename: 'U', id: '1' }]
  const { texts, slots } = numbering('id')(entities)
  expect(slots).toEqual([0, 1, 2, 3, 0, 1, 4])
  expect(texts.map((text) => JSON.parse(text) as unknown)).toEqual([
    ...ids.slice(0, 4).map((id) => ({ __typename: 'T', id })),
    { __typename: 'U', id: '1' },
  ])
})

test('an entity without a required field has no number', () => {
  expect(numbering('id')([{ __typename: 'T' }, { __typename: 'T', id: 'a' }, { id: 'a' }])).toEqual({
    texts: ['{"__typename":"T","id":"a"}'],
    slots: [-1, 0, -1],
  })
  expect(numbering('__proto__')([{ __typename: 'T' }])).toEqual({ texts: [], slots: [-1] })
})

test('if representations have several fields, all of them are compared', () => {
  const entity = (a: string, b: string) => ({ __typename: 'T', a, b })
  expect(numbering('a', 'b')([entity('1', '2'), entity('1', '3'), entity('1', '2')]).slots).toEqual([0, 1, 0])
})
