import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGraph, type Graph } from './support/graph.ts'
import { errorOf, FORM, get, JSON_BODY, QUERY, send, typename } from './support/refusals.ts'

let fast: Graph
let full: Graph
let production: Graph
beforeAll(async () => {
  fast = await startGraph()
  full = await startGraph({ FAST_PATH: 'off' })
  production = await startGraph({ NODE_ENV: 'production' })
})
afterAll(async () => {
  await Promise.all([fast, full, production].map((graph) => graph[Symbol.asyncDispose]()))
})

describe('empty URL parameters are ignored', () => {
  test.each(['operationName=', 'variables=', 'extensions=', 'operationName=&variables=&extensions='])(
    '%s',
    async (empty) => {
      for (const graph of [fast, full]) {
        for (const search of [
          `query=${typename}&${empty}`,
          `${empty}&query=${encodeURIComponent('query Q { __typename }')}`,
        ]) {
          const { status, text } = await send(graph, get(search))
          expect([status, JSON.parse(text)]).toEqual([200, { data: { __typename: 'Query' } }])
        }
      }
    },
  )

  test('an empty operationName in a body is ignored', async () => {
    for (const graph of [fast, full]) {
      const body = '{"query":"{ __typename }","operationName":""}'
      const { status, text } = await send(graph, { headers: JSON_BODY, body })
      expect([status, JSON.parse(text)]).toEqual([200, { data: { __typename: 'Query' } }])
    }
  })

  test('empty parameters choose none of several operations', async () => {
    const several = `query=${encodeURIComponent('query A { __typename } query B { __typename }')}&operationName=`
    for (const graph of [fast, full]) {
      const { status, text } = await send(graph, get(several))
      expect([status, errorOf(text).code]).toEqual([400, 'OPERATION_RESOLUTION_FAILURE'])
    }
  })
})

describe('a browser that opens /graphql', () => {
  const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'
  const opened = {
    method: 'GET',
    headers: { accept, 'user-agent': 'Mozilla/5.0', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' },
  }

  test('is redirected to GraphiQL in development, and executes nothing', async () => {
    for (const path of ['/graphql', `/graphql?query=${typename}`, '/graphql/']) {
      const { status, headers } = await send(fast, { ...opened, path })
      expect([status, headers.location, headers['cache-control']]).toEqual([303, '/graphiql', 'no-store'])
    }
  })

  test('gets an explanation of the address in production', async () => {
    const { status, text } = await send(production, opened)
    expect([status, errorOf(text)]).toEqual([
      400,
      { code: 'BAD_REQUEST', message: `This is the URL of a GraphQL API, not of a web page. ${FORM}` },
    ])
  })
})

test('in production, POST to / names the path of the API, and introspection names the alternative', async () => {
  const root = await send(production, { path: '/', headers: JSON_BODY, body: QUERY })
  expect([root.status, errorOf(root.text).message]).toEqual([
    404,
    '/ does not exist. The API is at /graphql.',
  ])
  for (const query of [
    '{ __schema { queryType { name } } }',
    '{ __type(name: "User") { name } }',
    'query A { ...F } fragment F on Query { __schema { description } }',
  ]) {
    const { status, text } = await send(production, { headers: JSON_BODY, body: JSON.stringify({ query }) })
    expect([status, errorOf(text).code]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED'])
    expect(errorOf(text).message).toMatch(
      /^Introspection is off on this gateway, so `__(?:schema|type)` cannot be asked for\. Take the schema from a file/,
    )
    expect(text).not.toMatch(/apollo/i)
  }
  const named = await send(production, { headers: JSON_BODY, body: QUERY })
  expect(JSON.parse(named.text)).toEqual({ data: { __typename: 'Query' } })
})
