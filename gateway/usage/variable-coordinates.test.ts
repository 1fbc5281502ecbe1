import { buildSchema, parse, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { variableCoordinates } from './variable-coordinates.ts'

const schema = buildSchema(`
  enum Order { TOP NEW }
  input Range { from: Int, to: Int, within: Range }
  input Filter { orders: [Order!], range: Range, ranges: [[Range!]!], json: JSON }
  scalar JSON
  type Query { posts(filter: Filter, order: Order, orders: [Order], json: JSON, n: Int): Int }`)

function compile(variables: string) {
  const [operation] = parse(`query (${variables}) { posts }`).definitions as [OperationDefinitionNode]
  return variableCoordinates(schema, operation)
}

test.each([
  ['$f: Filter', { f: null }, []],
  ['$f: Filter', {}, []],
  ['$f: Filter!', { f: {} }, []],
  [
    '$f: Filter, $n: Int',
    { f: { orders: ['TOP', 'NEW'] }, n: 1 },
    ['Filter.orders', 'Order.NEW', 'Order.TOP'],
  ],
  ['$f: Filter', { f: { orders: 'TOP', range: null } }, ['Filter.orders', 'Filter.range', 'Order.TOP']],
  [
    '$f: Filter',
    { f: { range: { within: { within: { to: 1 } } } } },
    ['Filter.range', 'Range.to', 'Range.within'],
  ],
  ['$f: Filter', { f: { ranges: [[{ from: 1 }], { to: 2 }] } }, ['Filter.ranges', 'Range.from', 'Range.to']],
  ['$f: Filter', { f: { json: { orders: 'TOP', __proto__: 1 } } }, ['Filter.json']],
  ['$o: [Order]', { o: ['TOP', null] }, ['Order.TOP']],
])('%s %j', (definitions, values, coordinates) => {
  const found = new Set<string>()
  compile(definitions)?.(values, found)
  expect([...found].toSorted()).toEqual(coordinates)
})

test('operations without input objects and enums have nothing to look at', () => {
  expect(compile('$n: Int, $j: JSON, $l: [Int!]')).toBeNull()
})
