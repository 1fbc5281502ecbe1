import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RunningServer } from '../../platform/http/server.ts'
import { ask, serve } from './support/gateways.ts'
import { products, reviews } from './support/shop.ts'
import { startSubgraph, type TestSubgraph } from './support/subgraph.ts'

const QUERY = '{ products { id name reviewCount } }'
const PRODUCTS_ONLY = [
  { id: '1', name: 'Table', reviewCount: null },
  { id: '2', name: 'Chair', reviewCount: null },
]

let shop: TestSubgraph
let critics: TestSubgraph
let gateway: RunningServer

beforeEach(async () => {
  shop = await startSubgraph(products)
  critics = await startSubgraph(reviews)
  gateway = await serve([shop, critics], { timeoutMs: 1_000 })
})

afterEach(async () => {
  vi.useRealTimers()
  await gateway[Symbol.asyncDispose]()
  await Promise.all([shop, critics].map((subgraph) => subgraph[Symbol.asyncDispose]()))
})

test('a complete response is joined from both subgraphs', async () => {
  const { body } = await ask(gateway.url, QUERY)
  expect(body).toEqual({
    data: {
      products: [
        { id: '1', name: 'Table', reviewCount: 1 },
        { id: '2', name: 'Chair', reviewCount: 1 },
      ],
    },
  })
})

describe('a subgraph without a usable response costs only its own fields', () => {
  const faults: Record<string, { misbehave: TestSubgraph['misbehave']; message: string; attempts: number }> =
    {
      'HTML instead of JSON': {
        misbehave: (reply) => reply.type('text/html').send('<html>secret</html>'),
        message: 'The reviews subgraph responded with text/html instead of JSON. Try again later.',
        attempts: 1,
      },
      'half a JSON': {
        misbehave: (reply) => reply.type('application/json').send('{"data":{"_entities":[{"revi'),
        message: 'The reviews subgraph responded with JSON that is broken or cut off. Try again later.',
        attempts: 1,
      },
      'JSON that is no GraphQL': {
        misbehave: (reply) => reply.send({ hello: 'world' }),
        message: 'The reviews subgraph responded with JSON that is not a GraphQL response. Try again later.',
        attempts: 1,
      },
      'status 500': {
        misbehave: (reply) => reply.code(500).send({ errors: [{ message: 'secret' }] }),
        message: 'The reviews subgraph responded with HTTP status 500. Try again later.',
        attempts: 1,
      },
      'status 503': {
        misbehave: (reply) => reply.code(503).send('busy'),
        message: 'The reviews subgraph responded with HTTP status 503. Try again later.',
        attempts: 3,
      },
      'a connection that breaks': {
        misbehave: (reply) => reply.hijack().raw.destroy(),
        message: 'The reviews subgraph could not be reached. Try again later.',
        attempts: 3,
      },
      'a body that breaks off': {
        misbehave: (reply) => {
          const { raw } = reply.hijack()
          raw.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 })
          raw.write('{"data":', () => raw.destroy())
        },
        message: 'The reviews subgraph could not be reached. Try again later.',
        attempts: 3,
      },
      'no answer in time': {
        misbehave: (reply) => void reply.hijack(),
        message: 'The reviews subgraph did not respond within 1000 ms. Try again later.',
        attempts: 1,
      },
      'an answer that never ends': {
        misbehave: (reply) => {
          const { raw } = reply.hijack()
          raw.writeHead(200, { 'content-type': 'application/json' })
          raw.write('{"data":')
        },
        message: 'The reviews subgraph did not respond within 1000 ms. Try again later.',
        attempts: 1,
      },
      'too large an answer': {
        misbehave: (reply) => {
          const { raw } = reply.hijack()
          raw.writeHead(200, { 'content-type': 'application/json', 'content-length': 17 * 1_048_576 })
          raw.write('{"data":')
        },
        message: 'The reviews subgraph responded with more than 16777216 bytes. Try again later.',
        attempts: 1,
      },
    }

  test.each(Object.entries(faults))('%s', async (_name, { misbehave, message, attempts }) => {
    critics.misbehave = misbehave
    const { status, body } = await ask(gateway.url, QUERY)
    expect(status).toBe(200)
    expect(body.data).toEqual({ products: PRODUCTS_ONLY })
    const extensions = { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'reviews' }
    expect(body.errors).toEqual([{ message, path: ['products'], extensions }])
    expect(critics.requests).toHaveLength(attempts)
  })

  test('a subgraph that is unreachable', async () => {
    await critics[Symbol.asyncDispose]()
    const { body } = await ask(
      gateway.url,
      '{ products { name } product(id: "1") { name total: reviewCount } latest { stars } }',
    )
    expect(body.data).toEqual({
      products: [{ name: 'Table' }, { name: 'Chair' }],
      product: { name: 'Table', total: null },
      latest: null,
    })
    expect(body.errors?.map(({ path }) => path)).toEqual(
      expect.arrayContaining([['latest'], ['product', 'total']]),
    )
    expect(body.errors).toHaveLength(2)
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|ECONN/)
  })
})

test('a query succeeds if a retry succeeds', async () => {
  critics.misbehave = (reply) => {
    critics.misbehave = null
    return reply.code(502).send('bad gateway')
  }
  const { body } = await ask(gateway.url, QUERY)
  expect(body.errors).toBeUndefined()
  expect(critics.requests).toHaveLength(2)
})

test('a mutation is sent once, and its error says that the outcome is unknown', async () => {
  shop.misbehave = (reply) => reply.code(503).send('busy')
  const { body } = await ask(gateway.url, 'mutation Rename { rename(id: "1", name: "Desk") { name } }')
  expect(shop.requests).toHaveLength(1)
  expect(body.data).toEqual({ rename: null })
  expect(body.errors?.[0]).toMatchObject({ path: ['rename'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } })
  expect(body.errors?.[0]?.message).toContain('It is unknown whether the change was made')
})

test('after five failures in a row, the circuit breaker stops requests to the subgraph until it probes it', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  critics.misbehave = (reply) => reply.code(500).send('broken')
  for (let i = 0; i < 5; i++) await ask(gateway.url, QUERY)
  expect(critics.requests).toHaveLength(5)

  critics.misbehave = null
  const open = await ask(gateway.url, QUERY)
  expect(open.body.data).toEqual({ products: PRODUCTS_ONLY })
  expect(open.body.errors?.[0]?.message).toContain('failed repeatedly')
  expect(critics.requests).toHaveLength(5)

  vi.setSystemTime(Date.now() + 1_001)
  const closed = await ask(gateway.url, QUERY)
  expect(closed.body.errors).toBeUndefined()
  expect(critics.requests).toHaveLength(6)
})

test('errors with a code are passed on with their path, and unknown ones are masked', async () => {
  const masked = await ask(gateway.url, '{ boom }')
  expect(masked.body.errors).toEqual([
    {
      message: 'Something went wrong on our side.',
      path: ['boom'],
      extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) as string },
    },
  ])
  critics.misbehave = (reply) =>
    reply.send({
      data: { _entities: [{ reviewCount: 1 }, { reviewCount: null }] },
      errors: [
        {
          message: 'Not for you.',
          path: ['_entities', 1, 'reviewCount'],
          extensions: {
            code: 'FORBIDDEN',
            exception: { stacktrace: ['secret'] },
            stacktrace: ['secret'],
            http: { status: 503 },
          },
        },
      ],
    })
  const { status, body } = await ask(gateway.url, QUERY)
  expect(status).toBe(200)
  expect(body.errors).toEqual([
    { message: 'Not for you.', path: ['products', 1, 'reviewCount'], extensions: { code: 'FORBIDDEN' } },
  ])
})
