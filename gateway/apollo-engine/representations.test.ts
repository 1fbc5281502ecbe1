import { expect, test } from 'vitest'
import { onceEach, toEachPlace } from './representations.ts'

const A = { __typename: 'User', id: 'a' }
const B = { __typename: 'User', id: 'b' }

test('a representation is sent once, and its entity and errors are copied to each of its paths', () => {
  const { texts, slots } = onceEach([A, B, A])
  expect(texts).toEqual([JSON.stringify(A), JSON.stringify(B)])
  const data = { _entities: [{ name: 'A' }, null] }
  const errors = [
    { message: 'of a', path: ['_entities', 0, 'name'] },
    { message: 'of b', path: ['_entities', 1] },
  ]
  const spread = toEachPlace({ data, errors }, texts, slots)
  expect(spread.data).toEqual({ _entities: [{ name: 'A' }, null, { name: 'A' }] })
  expect(spread.errors).toEqual([
    { message: 'of a', path: ['_entities', 0, 'name'] },
    { message: 'of a', path: ['_entities', 2, 'name'] },
    { message: 'of b', path: ['_entities', 1] },
  ])
  const places = spread.data?.['_entities'] as unknown[] | undefined
  expect(places?.[2]).not.toBe(places?.[0])
})

test('an error that names no entity is reported at the first entity', () => {
  const { texts, slots } = onceEach([A, B])
  const errors = [{ message: 'broken' }, { message: 'of all', path: ['_entities'] }]
  expect(toEachPlace({ data: null, errors }, texts, slots).errors?.map(({ path }) => path)).toEqual([
    ['_entities', 0],
    ['_entities', 0],
  ])
})

test('a list of the wrong length is passed on unchanged, and Apollo rejects it', () => {
  const { texts, slots } = onceEach([A, B, A])
  expect(toEachPlace({ data: { _entities: [{}] } }, texts, slots).data).toEqual({ _entities: [{}] })
})
