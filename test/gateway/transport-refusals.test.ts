import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGraph, type Graph } from './support/graph.ts'
import { errorOf, FORM, get, JSON_BODY, QUERY, send, type Asked, typename } from './support/refusals.ts'

let fast: Graph
let full: Graph
beforeAll(async () => {
  fast = await startGraph()
  full = await startGraph({ FAST_PATH: 'off' })
})
afterAll(async () => {
  await Promise.all([fast, full].map((graph) => graph[Symbol.asyncDispose]()))
})

/** All reasons for refusing a request before it is executed. */
const REFUSED: Record<string, [asked: Asked, status: number, code: string, message: string | RegExp]> = {
  'no content-type': [{ body: QUERY }, 415, 'BAD_REQUEST', `The request has no content-type header. ${FORM}`],
  'neither type nor body': [{}, 415, 'BAD_REQUEST', `The request has no content-type header. ${FORM}`],
  'what fetch sends by itself': [
    { body: QUERY, headers: { 'content-type': 'text/plain;charset=UTF-8' } },
    415,
    'BAD_REQUEST',
    `The content type "text/plain;charset=UTF-8" is not supported. ${FORM}`,
  ],
  'a form': [
    { body: 'query=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    415,
    'BAD_REQUEST',
    /^The content type "application\/x-www-form-urlencoded" is not supported/,
  ],
  'the type of old servers': [
    { body: '{ a }', headers: { 'content-type': 'application/graphql' } },
    415,
    'BAD_REQUEST',
    /^The content type "application\/graphql" is not supported/,
  ],
  'no body': [{ headers: JSON_BODY }, 400, 'BAD_REQUEST', `The request has no body. ${FORM}`],
  'half a JSON': [
    { headers: JSON_BODY, body: '{"query":' },
    400,
    'BAD_REQUEST',
    `The body is not JSON. ${FORM}`,
  ],
  'JSON that is no object': [
    { headers: JSON_BODY, body: '"{ a }"' },
    400,
    'BAD_REQUEST',
    /^The body is not a JSON object/,
  ],
  'no query': [
    { headers: JSON_BODY, body: '{"qurey":"{ a }"}' },
    400,
    'BAD_REQUEST',
    `The request has no \`query\`. ${FORM}`,
  ],
  'an empty query': [{ headers: JSON_BODY, body: '{"query":""}' }, 400, 'BAD_REQUEST', /has no `query`/],
  'no query in the address': [get('operationName=Q'), 400, 'BAD_REQUEST', /has no `query`/],
  'a query that is no text': [
    { headers: JSON_BODY, body: '{"query":{"kind":"Document"}}' },
    400,
    'BAD_REQUEST',
    /^`query` is not text/,
  ],
  'a parameter twice': [get(`query=${typename}&query=${typename}`), 400, 'BAD_REQUEST', /more than once/],
  'a GET of another site': [get(`query=${typename}`, {}), 400, 'BAD_REQUEST', /apollo-require-preflight/],
  'a mutation by GET': [
    get(`query=${encodeURIComponent('mutation { __typename }')}`),
    405,
    'BAD_REQUEST',
    `GET requests only support query operations, not mutation operations. ${FORM}`,
  ],
  'another method': [
    { method: 'PUT', headers: JSON_BODY, body: QUERY },
    405,
    'BAD_REQUEST',
    '/graphql does not accept PUT requests. Use GET, POST.',
  ],
  'another method, with a slash': [
    { method: 'PUT', path: '/graphql/', headers: JSON_BODY, body: QUERY },
    405,
    'BAD_REQUEST',
    /Use GET, POST/,
  ],
  'POST to the page': [
    { path: '/', headers: JSON_BODY, body: QUERY },
    405,
    'BAD_REQUEST',
    '/ does not accept POST requests. Use GET. The API is at /graphql.',
  ],
  'another path': [
    { path: '/api', headers: JSON_BODY, body: QUERY },
    404,
    'NOT_FOUND',
    '/api does not exist. The API is at /graphql.',
  ],
  'a syntax error': [
    { headers: JSON_BODY, body: '{"query":"{ a"}' },
    400,
    'GRAPHQL_PARSE_FAILED',
    /^Syntax Error/,
  ],
  'an unknown field': [
    get('query=%7Bnone%7D'),
    400,
    'GRAPHQL_VALIDATION_FAILED',
    /^Cannot query field "none"/,
  ],
  'a variable that does not fit': [
    get(
      `query=${encodeURIComponent('query ($n: Int) { feed(first: $n) { id } }')}&variables=${encodeURIComponent('{"n":"x"}')}`,
    ),
    400,
    'BAD_USER_INPUT',
    /^Variable "\$n"/,
  ],
  'a page size that is no Int': [
    {
      headers: JSON_BODY,
      body: '{"query":"query ($n: Int) { feed(first: $n) { id } }","variables":{"n":2147483648}}',
    },
    400,
    'BAD_USER_INPUT',
    /^Variable "\$n" got invalid value 2147483648/,
  ],
  'several operations': [
    { headers: JSON_BODY, body: '{"query":"query A { __typename } query B { __typename }"}' },
    400,
    'OPERATION_RESOLUTION_FAILURE',
    /Choose one by `operationName`: A, B/,
  ],
  'too large an operation': [
    { headers: JSON_BODY, body: JSON.stringify({ query: `{ ${'a: __typename '.repeat(3_000)} }` }) },
    400,
    'LIMIT_EXCEEDED',
    /at most/,
  ],
  'too large a body': [
    { headers: JSON_BODY, body: ' '.repeat(1_048_577) },
    413,
    'LIMIT_EXCEEDED',
    /1048576 bytes/,
  ],
  'a bad token': [
    { headers: { ...JSON_BODY, authorization: 'Bearer undefined' }, body: QUERY },
    401,
    'UNAUTHENTICATED',
    /leave the header out/,
  ],
  'a bad consistency token': [
    { headers: { ...JSON_BODY, 'tessera-consistency': 'x' }, body: QUERY },
    400,
    'CONSISTENCY_TOKEN_INVALID',
    /tessera-consistency/,
  ],
}

const TYPES = {
  'application/graphql-response+json': 'application/graphql-response+json; charset=utf-8',
  'application/graphql-response+json, application/json;q=0.9':
    'application/graphql-response+json; charset=utf-8',
  'application/json': 'application/json; charset=utf-8',
  '*/*': 'application/json; charset=utf-8',
}

describe('an error says what is wrong and what to send, in the media type that the client accepts', () => {
  test.each(Object.entries(REFUSED))('%s', async (_name, [asked, status, code, message]) => {
    const pattern = typeof message === 'string' ? new RegExp(`^${RegExp.escape(message)}$`) : message
    for (const graph of [fast, full]) {
      for (const [accept, type] of Object.entries(TYPES)) {
        // This makes a GET a request of a browser. Otherwise a GET that accepts only JSON would count as one of a program.
        const headers = { 'user-agent': 'Mozilla/5.0', ...asked.headers, accept }
        const { headers: sent, status: found, text } = await send(graph, { ...asked, headers })
        const error = errorOf(text)
        expect([found, error.code, sent['content-type']]).toEqual([status, code, type])
        expect(error.message).toMatch(pattern)
        expect(text).not.toMatch(/apollo ?server/i)
      }
    }
  })
})

test.each(['image/png', 'text/event-stream', 'application/xml, text/html', 'application/json;q=0'])(
  'a request that accepts no supported media type is rejected before it is executed: %s',
  async (accept) => {
    const body = JSON.stringify({ query: '{ user(handle: "alice") { handle } }' })
    for (const graph of [fast, full]) {
      graph.users.requests = []
      const { status, headers, text } = await send(graph, { headers: { ...JSON_BODY, accept }, body })
      expect([status, headers['content-type'], errorOf(text).code]).toEqual([
        406,
        'application/json; charset=utf-8',
        'BAD_REQUEST',
      ])
      expect(errorOf(text).message).toContain(
        `${JSON.stringify(accept)} is supported, so the request was not executed. Send \`accept: application/graphql-response+json`,
      )
      expect(graph.users.requests).toHaveLength(0)
    }
  },
)
