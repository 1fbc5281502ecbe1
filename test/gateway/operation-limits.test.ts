import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RunningServer } from '../../platform/http/server.ts'
import { ask, serve, type Answer } from './support/gateways.ts'
import { products } from './support/shop.ts'
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts'

const TOO_LARGE = '{ products { id name } }'

let shop: TestSubgraph
let gateway: RunningServer

beforeAll(async () => {
  shop = await startSubgraph(products)
  gateway = await serve([shop], { limits: { fields: 2 } })
})
beforeEach(() => {
  shop.requests = []
})
afterAll(async () => {
  await gateway[Symbol.asyncDispose]()
  await shop[Symbol.asyncDispose]()
})

/** Sends a query string without changing any byte. */
async function get(search: string) {
  const response = await fetch(`${gateway.url}/graphql?${search}`, {
    headers: { 'apollo-require-preflight': '1' },
  })
  const { errors } = (await response.json()) as Answer['body']
  return [response.status, errors?.[0]?.extensions['code'], shop.requests.length]
}

async function post(body: unknown) {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const { errors } = (await response.json()) as Answer['body']
  return [response.status, errors?.[0]?.extensions['code'], shop.requests.length]
}

describe('an operation beyond a limit is rejected, however the URL is written', () => {
  const query = encodeURIComponent(TOO_LARGE)

  test.each([
    ['as it should be', `query=${query}`],
    ['with a byte that is no UTF-8', `query=${query}%23%ff`],
    ['with half an escape', `query=${query}%23%`],
    ['with plus signs', `query=${query.replaceAll('%20', '+')}`],
    ['with an empty operation name', `query=${query}&operationName=`],
    ['with a fragment', `query=${query}#x`],
    ['after a second question mark', `?&query=${query}`],
    ['in an escaped name', `%71uery=${query}`],
  ])('%s', async (_name, search) => {
    expect(await get(search)).toEqual([400, 'LIMIT_EXCEEDED', 0])
  })
})

describe('an operation that the limits cannot read is rejected', () => {
  const query = encodeURIComponent('{ boom }')

  test.each([
    ['a query that is given twice', `query=${query}&query=${query}`],
    ['variables that are given twice', `query=${query}&variables={}&variables={}`],
    ['variables that are no JSON', `query=${query}&variables={`],
    ['variables that are a list', `query=${query}&variables=[]`],
  ])('%s', async (_name, search) => {
    expect(await get(search)).toEqual([400, 'BAD_REQUEST', 0])
  })

  test.each([
    ['a query that is no text', { query: { kind: 'Document' } }],
    ['a name that is no text', { query: '{ boom }', operationName: 1 }],
    ['variables as text', { query: '{ boom }', variables: '{}' }],
    ['a batch', [{ query: '{ boom }' }]],
  ])('%s', async (_name, body) => {
    expect(await post(body)).toEqual([400, 'BAD_REQUEST', 0])
  })

  test('a request without a query is left to Apollo Server', async () => {
    expect(await get('')).toEqual([400, 'BAD_REQUEST', 0])
    expect(await get('query=')).toEqual([400, 'BAD_REQUEST', 0])
    expect(await post({ query: null })).toEqual([400, 'BAD_REQUEST', 0])
  })
})

describe('an operation name', () => {
  const NAMES = 'OPERATION_RESOLUTION_FAILURE'

  test('that the document does not have executes nothing: no mutation, and nothing by GET', async () => {
    const query = 'mutation { rename(id: "1", name: "x") { __typename } }'
    expect(await post({ query: '{ boom }', operationName: 'Other' })).toEqual([400, NAMES, 0])
    expect(await get(`query=${encodeURIComponent(query)}&operationName=Other`)).toEqual([400, NAMES, 0])
  })

  test('is required if the document has several operations', async () => {
    expect(await post({ query: 'query A { boom } query B { boom }' })).toEqual([400, NAMES, 0])
  })
})

test('a mutation with too many root fields is rejected, and none is executed', async () => {
  const fields = ['a', 'b', 'c'].map((alias) => `${alias}: rename(id: "1", name: "x")`)
  await using open = await serve([shop], { limits: { mutations: 2 } })
  const { body } = await ask(open.url, `mutation { ${fields.map((field) => `${field} { id }`).join(' ')} }`)
  expect(body.errors?.[0]?.extensions).toMatchObject({ limit: 'mutations', value: 3, bound: 2 })
  expect(shop.requests).toHaveLength(0)
})
