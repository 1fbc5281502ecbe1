import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../platform/http/server.ts'
import { sentTo, serveTexts, startTextSubgraph, type TextSubgraph } from './support/text-subgraph.ts'

const ECHO = `
  scalar Long
  scalar Decimal
  scalar JSON
  enum Color { RED }
  input In { l: Long d: Decimal j: JSON f: Float n: Int id: ID c: Color in: In list: [Decimal] }
  type Query {
    echo(l: Long, d: Decimal, j: JSON, f: Float, n: Int, id: ID, c: Color, in: In, ls: [Long!], ids: [ID!], ins: [In!], s: String): JSON
    long: Long decimal: Decimal decimals: [[Decimal]] json: JSON
    float: Float floats: [Float] int: Int id: ID ids: [ID!] strictFloat: Float! strictJson: JSON! string: String
    item: Item items: [Item!]
    node: Node
  }
  type Mutation { change(l: Long, j: JSON): Long }
  interface Node { id: ID! }
  type Item implements Node @key(fields: "id") @key(fields: "serial") { id: ID! serial: Long price: Decimal detail: JSON @shareable same: Decimal @shareable }
`
const PRICES = `
  scalar Long
  scalar Decimal
  scalar JSON
  type Item @key(fields: "id") { id: ID! price: Decimal @external detail: JSON @shareable same: Decimal @shareable vat: Decimal @requires(fields: "price") }
`

const PATHS = { 'the fast path': true, 'Apollo Server': false }

let echo: TextSubgraph
let prices: TextSubgraph
const gateways = new Map<boolean, RunningServer>()

beforeAll(async () => {
  echo = await startTextSubgraph('echo', ECHO)
  prices = await startTextSubgraph('prices', PRICES)
  for (const fastPath of Object.values(PATHS)) {
    gateways.set(
      fastPath,
      await serveTexts([echo, prices], { batching: ['prices'], engine: 'tessera' }, { fastPath }),
    )
  }
})
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway[Symbol.asyncDispose]()
  await echo[Symbol.asyncDispose]()
  await prices[Symbol.asyncDispose]()
})
beforeEach(() => {
  echo.reply = () => '{"data":{"echo":null}}'
  prices.reply = () => '{"data":{}}'
})

type Via = 'POST' | 'POST of a browser' | 'GET'
const VIAS: Via[] = ['POST', 'POST of a browser', 'GET']

/** Sends a query with variables as JSON text. @returns the status and the text of the response */
async function ask(fastPath: boolean, query: string, variables = '{}', via: Via = 'POST') {
  const url = `${gateways.get(fastPath)?.url}/graphql`
  const headers = { 'content-type': 'application/json', ...(via !== 'POST' && { origin: url }) }
  const response =
    via === 'GET'
      ? await fetch(`${url}?${new URLSearchParams({ query, variables }).toString()}`, {
          headers: { 'apollo-require-preflight': '1' },
        })
      : await fetch(url, {
          method: 'POST',
          headers,
          body: `{"query":${JSON.stringify(query)},"variables":${variables}}`,
        })
  return { status: response.status, text: (await response.text()).trimEnd() }
}

describe.each(Object.entries(PATHS))('by %s', (_, fastPath) => {
  describe('literals of custom scalars are sent unchanged', () => {
    test.each([
      'l:9007199254740993',
      'l:-0',
      'd:10.00',
      'd:0.1234567890123456789',
      'd:1E5',
      'd:1e400',
      'd:-1.50e-10',
      'j:RED',
      'j:"RED"',
      'j:"10.00"',
      'j:true',
      'j:null',
      'j:{a:[1.0 RED{b:9007199254740993}]__proto__:2.50 c:"literal 0"}',
      'j:[]',
      'in:{l:9007199254740993 d:10.00 j:{x:RED} in:{d:1.0 list:[1.0 2.00]}}',
      'ls:[9007199254740993 1]',
      'ins:[{d:1.0}{d:1.00}]',
      'id:"9007199254740993"',
      'id:"007"',
      'c:RED',
      'n:7',
    ])('%s', async (argument) => {
      const { text } = await ask(fastPath, `{ echo(${argument}) }`)
      expect(text).toBe('{"data":{"echo":null}}')
      expect(sentTo(echo).query).toBe(`{echo(${argument})}`)
    })

    test.each([
      ['id:9007199254740993', 'id:"9007199254740993"'],
      ['ids:[1 "b"]', 'ids:["1""b"]'],
      ['in:{id:9007199254740993}', 'in:{id:"9007199254740993"}'],
      ['ls:9007199254740993', 'ls:[9007199254740993]'],
    ])('%s, in its own form', async (argument, sent) => {
      await ask(fastPath, `{ echo(${argument}) }`)
      expect(sentTo(echo).query.replaceAll(' ', '')).toBe(`{echo(${sent})}`)
    })

    test('with variables inside them', async () => {
      await ask(
        fastPath,
        'query ($s: String, $l: Long) { echo(j: {a: $s, b: [1.0, RED], c: $l}) }',
        '{"s":"x","l":1.0}',
      )
      const { query, variables } = sentTo(echo)
      expect(query).toBe('query($s:String$l:Long){echo(j:{a:$s b:[1.0 RED] c:$l})}')
      expect(variables).toBe('{"s":"x","l":1.0}')
    })

    test('as defaults of variables, and in fragments and mutations', async () => {
      await ask(
        fastPath,
        'query ($d: Decimal = 10.00, $in: In = {l: 9007199254740993}) { ...F } fragment F on Query { echo(d: $d, in: $in, l: 1.0) }',
      )
      expect(sentTo(echo).query).toBe(
        'query($d:Decimal=10.00$in:In={l:9007199254740993}){echo(d:$d in:$in l:1.0)}',
      )
      await ask(fastPath, 'mutation { change(l: 9007199254740993, j: {a: 1.0}) }')
      expect(sentTo(echo).query).toBe('mutation{change(l:9007199254740993 j:{a:1.0})}')
    })

    test('and are not merged if they differ', async () => {
      await ask(fastPath, '{ a: echo(d: 1.0) b: echo(d: 1.00) c: echo(d: 1.0) }')
      expect(sentTo(echo).query).toBe('{a:echo(d:1.0)b:echo(d:1.00)c:echo(d:1.0)}')
    })
  })

  describe.each(VIAS)('variables by %s', (via) => {
    const QUERY =
      'query ($l: Long, $d: Decimal, $j: JSON, $in: In, $ls: [Long!], $id: ID, $ids: [ID!], $ins: [In!]) { echo(l: $l, d: $d, j: $j, in: $in, ls: $ls, id: $id, ids: $ids, ins: $ins) }'
    test.each([
      '{"l":9007199254740993}',
      '{"l":-0}',
      '{"d":10.00}',
      '{"d":0.1234567890123456789}',
      '{"l":1e400,"d":1E5}',
      '{"j":{"a":[1.0,"1.0",{"b":1e400}]}}',
      '{"in":{"l":9007199254740993,"in":{"list":[1.0,null]}}}',
      '{"ls":[9007199254740993]}',
      '{"ins":[{"d":1.0},{"d":1.00}]}',
      '{"j":"at: 10.00, 1e400"}',
      '{"d":null,"id":"1.0"}',
    ])('%s is sent unchanged', async (variables) => {
      const { text } = await ask(fastPath, QUERY, variables, via)
      expect(text).toBe('{"data":{"echo":null}}')
      expect(sentTo(echo).variables).toBe(variables)
    })

    test.each([
      ['{"id":9007199254740993}', '{"id":"9007199254740993"}'],
      ['{"ids":[9007199254740993]}', '{"ids":["9007199254740993"]}'],
      ['{"in":{"id":9007199254740993,"n":5.0,"f":10.00}}', '{"in":{"id":"9007199254740993","n":5,"f":10}}'],
      ['{ "d" : 10.00, "l": 1, "l": 2.0 }', '{"l":2.0,"d":10.00}'],
      ['{"l":1.00,"j":{"a":1,"a":2.0}}', '{"l":1.00,"j":{"a":2.0}}'],
    ])('%s is sent as %s', async (variables, sent) => {
      await ask(fastPath, QUERY, variables, via)
      expect(sentTo(echo).variables).toBe(sent)
    })
  })

  test.each([
    ['query ($n: Int) { echo(n: $n) }', '{"n":2147483648}'],
    ['query ($n: Int) { echo(n: $n) }', '{"n":1.5}'],
    ['query ($f: Float) { echo(f: $f) }', '{"f":1e400}'],
    ['query ($f: Float) { echo(f: $f) }', '{"f":"1"}'],
    ['query ($id: ID) { echo(id: $id) }', '{"id":1.5}'],
    ['query ($id: ID) { echo(id: $id) }', '{"id":1e400}'],
    ['query ($in: In) { echo(in: $in) }', '{"in":{"f":1e400}}'],
    ['{ echo(f: 1e400) }', '{}'],
    ['{ echo(in: {f: -1e400}) }', '{}'],
    ['query ($f: Float = 1e400) { echo(f: $f) }', '{}'],
    ['{ echo(n: 2147483648) }', '{}'],
    ['{ echo(id: 1.5) }', '{}'],
  ])('%s with %s is rejected', async (query, variables) => {
    const before = echo.bodies.length
    for (const via of VIAS) expect(await ask(fastPath, query, variables, via)).toMatchObject({ status: 400 })
    expect(echo.bodies).toHaveLength(before)
  })

  describe('responses', () => {
    test.each([
      ['{ long }', '{"long":9007199254740993}'],
      ['{ decimal }', '{"decimal":10.00}'],
      ['{ decimal }', '{"decimal":-0}'],
      ['{ decimal }', '{"decimal":1e400}'],
      ['{ strictJson }', '{"strictJson":1e400}'],
      ['{ decimals }', '{"decimals":[[1.0,null],[1E5]]}'],
      ['{ json }', '{"json":{"a":[1.0,"10.00",9007199254740993,{"__proto__":1.0,"b":-1.50e-10}]}}'],
      ['{ a: json b: long float }', '{"a":"2.0, 1","b":0.10,"float":1.5}'],
      ['{ item { id price detail } }', '{"item":{"id":"1","price":10.00,"detail":{"x":[1.0]}}}'],
    ])('%s: %s is not changed', async (query, data) => {
      echo.reply = () => `{"data":${data}}`
      expect((await ask(fastPath, query)).text).toBe(`{"data":${data}}`)
    })

    test.each([
      ['{ id }', '{"id":9007199254740993}', '{"id":"9007199254740993"}'],
      ['{ ids }', '{"ids":["a",9007199254740993, 5]}', '{"ids":["a","9007199254740993","5"]}'],
      ['{ id }', '{"id":1e21}', '{"id":"1000000000000000000000"}'],
      ['{ long float int }', '{"long":1.0,"float":10.00,"int":5.0}', '{"long":1.0,"float":10,"int":5}'],
      ['{ json }', '{ "json" : { "a" : 1.0, "a" : 2.00 } }', '{"json":{"a":2.00}}'],
      [
        '{ node { id } }',
        '{"node":{"__typename":"Item","id":9007199254740993}}',
        '{"node":{"id":"9007199254740993"}}',
      ],
    ])('%s: %s becomes %s', async (query, data, shown) => {
      echo.reply = () => `{"data":${data}}`
      expect((await ask(fastPath, query)).text).toBe(`{"data":${shown}}`)
    })

    test.each([
      ['{ float }', '{"float":1e400}', '{"float":null}', ['float']],
      ['{ float long }', '{"float":1e400,"long":1.0}', '{"float":null,"long":1.0}', ['float']],
      ['{ floats }', '{"floats":[1.5,-1e400]}', '{"floats":[1.5,null]}', ['floats', 1]],
      ['{ strictFloat }', '{"strictFloat":1e400}', 'null', ['strictFloat']],
      ['{ int }', '{"int":2147483648}', '{"int":null}', ['int']],
      ['{ int }', '{"int":1e400}', '{"int":null}', ['int']],
      ['{ float }', '{"float":"1.5"}', '{"float":null}', ['float']],
      ['{ id }', '{"id":1.5}', '{"id":null}', ['id']],
      ['{ id }', '{"id":1e400}', '{"id":null}', ['id']],
      ['{ string long }', '{"string":1.0,"long":1.0}', '{"string":null,"long":1.0}', ['string']],
      ['{ item { id } long }', '{"item":1.0,"long":1.0}', '{"item":null,"long":1.0}', ['item']],
    ])('%s: %s is an error at its path', async (query, sent, data, path) => {
      echo.reply = () => `{"data":${sent}}`
      const { text } = await ask(fastPath, query)
      expect(JSON.parse(text)).toMatchObject({ errors: [{ path, extensions: { code: 'INVALID_GRAPHQL' } }] })
      expect(text).toContain(`"data":${data}`)
    })

    test('mutations', async () => {
      echo.reply = () => '{"data":{"change":9007199254740993}}'
      expect((await ask(fastPath, 'mutation { change }')).text).toBe('{"data":{"change":9007199254740993}}')
    })

    test('are sent to other subgraphs in representations', async () => {
      echo.reply = () =>
        '{"data":{"items":[{"__typename":"Item","id":9007199254740993,"price":10.00},{"__typename":"Item","id":"b","price":10.0},{"__typename":"Item","id":9007199254740993,"price":10.00}]}}'
      prices.reply = () => '{"data":{"_entities":[{"vat":1.90},{"vat":0.1234567890123456789}]}}'
      const { text } = await ask(fastPath, '{ items { vat } }')
      expect(text).toBe('{"data":{"items":[{"vat":1.90},{"vat":0.1234567890123456789},{"vat":1.90}]}}')
      expect(sentTo(prices).variables).toBe(
        '{"representations":[{"__typename":"Item","id":9007199254740993,"price":10.00},{"__typename":"Item","id":"b","price":10.0}]}',
      )
    })
  })
})
