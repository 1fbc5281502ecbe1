import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../platform/http/server.ts'
import { sentTo, serveTexts, startTextSubgraph, type TextSubgraph } from './support/text-subgraph.ts'

const SDL = `
  input In { n: Int! }
  type Query { i: Int j: Int k: Query s(s: String): Int n(n: Int!): Int d(n: Int! = 7): Int in(in: In): Int ns(ns: [Int!]): Int }
`
const PATHS = { 'the fast path': true, 'Apollo Server': false }
const NULL_CONDITION = 'Argument "if" of non-null type "Boolean!" must not be null.'

let subgraph: TextSubgraph

beforeAll(async () => {
  subgraph = await startTextSubgraph('some', SDL)
})
afterAll(() => subgraph[Symbol.asyncDispose]())

describe.each(Object.entries(PATHS))('by %s', (_, fastPath) => {
  let gateway: RunningServer

  beforeEach(async () => {
    subgraph.bodies.length = 0
    subgraph.reply = () => '{"data":{"i":1,"j":2,"n":3,"s":4,"d":5,"in":6,"ns":7,"k":{"i":8,"j":9}}}'
    gateway = await serveTexts([subgraph], { engine: 'tessera' }, { fastPath })
    return () => gateway[Symbol.asyncDispose]()
  })

  async function ask(query: string, variables: object, operationName?: string) {
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables, operationName }),
    })
    return { status: response.status, body: (await response.json()) as object }
  }

  describe('a null condition, possible only for a variable with a default, is rejected', () => {
    test.each([
      'query ($x: Boolean = true) { i @include(if: $x) j }',
      'query ($x: Boolean = true) { i @skip(if: $x) j }',
      'query ($x: Boolean = false) { ... @include(if: $x) { i } j }',
      'query ($x: Boolean = true) { ...F @skip(if: $x) j } fragment F on Query { i }',
      'query ($x: Boolean = true) { ...F j } fragment F on Query { k { i @include(if: $x) } }',
      'query ($x: Boolean = true, $y: Boolean = true) { i @include(if: $y) @skip(if: $x) j }',
    ])('%s', async (query) => {
      const refused = {
        status: 400,
        body: { errors: [{ message: NULL_CONDITION, extensions: { code: 'BAD_USER_INPUT' } }] },
      }
      expect(await ask(query, { x: null })).toMatchObject(refused)
      for (const x of [false, true, undefined]) {
        expect(await ask(query, { x })).toMatchObject({ status: 200, body: { data: {} } })
        expect(await ask(query, { x: null })).toMatchObject(refused)
      }
    })
  })

  test('a null condition is allowed where it has no effect: inside an excluded field, or in another operation', async () => {
    const below =
      'query ($x: Boolean = true, $y: Boolean = true) { k @skip(if: $y) { i @include(if: $x) } j }'
    expect(await ask(below, { x: null })).toEqual({ status: 200, body: { data: { j: 2 } } })
    const spread =
      'query ($x: Boolean = true, $y: Boolean = true) { ...F @skip(if: $y) j } fragment F on Query { i @include(if: $x) }'
    expect(await ask(spread, { x: null })).toEqual({ status: 200, body: { data: { j: 2 } } })
    const others =
      'query A($x: String) { s(s: $x) } query B($x: Boolean!) { ...F } fragment F on Query { i @include(if: $x) }'
    expect(await ask(others, { x: null }, 'A')).toEqual({ status: 200, body: { data: { s: 4 } } })
    expect(await ask(others, {}, 'A')).toEqual({ status: 200, body: { data: { s: 4 } } })
    expect(await ask(others, { x: true }, 'B')).toEqual({ status: 200, body: { data: { i: 1 } } })
  })

  test('without a default, a condition cannot be null', async () => {
    const result = await ask('query ($x: Boolean!) { i @include(if: $x) j }', { x: null })
    expect(result).toMatchObject({
      status: 400,
      body: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
    })
  })

  test.each([
    ['query ($n: Int = 5) { n(n: $n) j }', '{n(n:$n)j}'],
    ['query ($n: Int) { d(n: $n) j }', '{d(n:$n)j}'],
    ['query ($n: Int = 5) { in(in: {n: $n}) j }', '{in(in:{n:$n})j}'],
    ['query ($n: Int = 5) { ns(ns: [$n]) j }', '{ns(ns:[$n])j}'],
  ])('%s with null is left to the subgraph, and only one field fails', async (query, sent) => {
    subgraph.reply = () =>
      '{"data":{"j":2},"errors":[{"message":"must not be null","path":["n"],"extensions":{"code":"BAD_USER_INPUT"}}]}'
    const { status, body } = await ask(query, { n: null })
    expect(status).toBe(200)
    expect(body).toMatchObject({ data: { j: 2 }, errors: [{ message: 'must not be null' }] })
    expect(sentTo(subgraph).query).toContain(sent)
    expect(sentTo(subgraph).variables).toBe('{"n":null}')
  })
})
