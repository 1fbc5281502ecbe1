import { GraphQLInt, GraphQLScalarType } from 'graphql'
import { expect, test } from 'vitest'
import { leafWriter } from './leaf.ts'

test('an Int has 32 bits', () => {
  const write = leafWriter(GraphQLInt)
  expect([2_147_483_647, -2_147_483_648].map((value) => write(value))).toEqual(['2147483647', '-2147483648'])
  expect([2_147_483_648, -2_147_483_649, 1.5, '1'].map((value) => write(value))).toEqual([
    null,
    null,
    null,
    null,
  ])
})

test('a custom scalar is written unchanged, whatever its name', () => {
  const write = leafWriter(new GraphQLScalarType({ name: 'toString' }))
  expect(write({ a: ['"'] })).toBe('{"a":["\\""]}')
})
