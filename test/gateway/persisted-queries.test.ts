import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hashOf, persistedQueries, MAX_TEXT } from '../../gateway/persisted-queries/store.ts'
import { dialRedis } from '../../platform/redis/client.ts'
import { ownRedis, type OwnRedis } from '../change-log-owner/support/own-redis.ts'
import { startGraph, type Graph } from './support/graph.ts'
import { WITHIN } from '../support/timeout.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const USER = '{ user(handle: "alice") { handle } }'
const ANSWER = '{"data":{"user":{"handle":"alice"}}}\n'
const RESPONSE_JSON = 'application/graphql-response+json'

type Params = { query?: unknown; extensions?: unknown; variables?: unknown; operationName?: unknown }
const persisted = (sha256Hash: unknown, more: object = {}) => ({
  persistedQuery: { version: 1, sha256Hash, ...more },
})

async function read(response: Response) {
  const text = await response.text()
  const { errors } = JSON.parse(text) as {
    errors?: { message: string; extensions: { code: string } }[]
  }
  return { status: response.status, text, error: errors?.[0], headers: response.headers }
}

async function post({ gateway }: Graph, params: Params, accept = 'application/json') {
  const headers = { 'content-type': 'application/json', accept }
  return read(
    await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(params) }),
  )
}

async function get({ gateway }: Graph, params: Record<string, string>, more: Record<string, string> = {}) {
  const search = new URLSearchParams(params).toString()
  const headers = { accept: 'application/json', 'apollo-require-preflight': '1', ...more }
  return read(await fetch(`${gateway.url}/graphql?${search}`, { headers }))
}

describe.each(['on', 'off'])('automatic persisted queries, with the fast path %s', (FAST_PATH) => {
  let graph: Graph
  beforeAll(async () => {
    graph = await startGraph({ FAST_PATH })
  })
  afterAll(() => graph[Symbol.asyncDispose]())

  test('an unknown hash gets PERSISTED_QUERY_NOT_FOUND, and is enough after it was sent with the query', async () => {
    const query = `query FAST_${FAST_PATH} ${USER}`
    const extensions = persisted(sha256(query))
    const unknown = await post(graph, { extensions })
    expect(unknown).toMatchObject({
      status: 200,
      text: '{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}\n',
    })
    expect(unknown.headers.get('cache-control')).toContain('no-cache')
    expect(await post(graph, { query, extensions })).toMatchObject({ status: 200, text: ANSWER })
    expect(await post(graph, { extensions })).toMatchObject({ status: 200, text: ANSWER })
    expect(await get(graph, { extensions: JSON.stringify(extensions) })).toMatchObject({ text: ANSWER })
  })

  test('GET also registers a query, and other extensions are allowed', async () => {
    const query = `query GET_${FAST_PATH} ${USER}`
    const extensions = JSON.stringify({ ...persisted(sha256(query)), client: { name: 'x' } })
    expect((await get(graph, { extensions })).error?.message).toBe('PersistedQueryNotFound')
    expect(await get(graph, { query, extensions })).toMatchObject({ status: 200, text: ANSWER })
    expect(await get(graph, { extensions })).toMatchObject({ status: 200, text: ANSWER })
  })

  test('variables and the operation name can be sent with the hash', async () => {
    const query = 'query A { a: __typename } query B($h: String!) { user(handle: $h) { handle } }'
    const params = { extensions: persisted(sha256(query)), operationName: 'B', variables: { h: 'alice' } }
    await post(graph, { query, ...params })
    expect(await post(graph, params)).toMatchObject({ status: 200, text: ANSWER })
  })

  test('an empty query counts as no query', async () => {
    const query = `query EMPTY_${FAST_PATH} ${USER}`
    const extensions = persisted(sha256(query))
    expect((await post(graph, { query: '', extensions })).error?.message).toBe('PersistedQueryNotFound')
    await post(graph, { query, extensions })
    expect(await post(graph, { query: '', extensions })).toMatchObject({ status: 200, text: ANSWER })
    const byGet = await get(graph, { query: '', extensions: JSON.stringify(extensions) })
    expect(byGet).toMatchObject({ status: 200, text: ANSWER })
  })

  test('application/graphql-response+json: no data, no 200', async () => {
    const extensions = persisted(sha256('never sent'))
    const asked = [
      await post(graph, { extensions }, RESPONSE_JSON),
      await get(graph, { extensions: JSON.stringify(extensions) }, { accept: RESPONSE_JSON }),
    ]
    for (const { status, error, headers } of asked) {
      expect([status, error?.extensions.code]).toEqual([400, 'PERSISTED_QUERY_NOT_FOUND'])
      expect(headers.get('content-type')).toContain(RESPONSE_JSON)
    }
  })

  test.each([
    [
      'a hash of another text',
      persisted(sha256('{ b }')),
      `The SHA-256 of the query that was sent is ${sha256(USER)}`,
    ],
    ['a hash that is no hash', persisted('x'), 'sha256Hash` is "x". Send the SHA-256'],
    ['a hash in capitals', persisted(sha256(USER).toUpperCase()), 'in lower case'],
    ['a number', persisted(7), 'sha256Hash` is 7.'],
    ['no hash', { persistedQuery: { version: 1 } }, 'sha256Hash` is missing'],
    ['another version', persisted(sha256(USER), { version: 2 }), 'version` is 2. Send 1.'],
    ['no version', { persistedQuery: { sha256Hash: sha256(USER) } }, 'version` is missing'],
    ['text', { persistedQuery: sha256(USER) }, 'is not an object'],
  ])('%s is rejected with a reason, and nothing is executed', async (_, extensions, why) => {
    graph.users.requests = []
    for (const query of [USER, undefined]) {
      if (query === undefined && why.includes('was sent')) continue
      const { status, error } = await post(graph, { query, extensions })
      expect([status, error?.extensions.code, error?.message]).toEqual([
        400,
        'BAD_REQUEST',
        expect.stringContaining(why),
      ])
    }
    expect(graph.users.requests).toEqual([])
  })

  test('an operation that is invalid or beyond a limit is not registered', async () => {
    const large = `{ ${'a: __typename '.repeat(3_500)} }`
    for (const query of ['{ nothing }', '{', large]) {
      const extensions = persisted(sha256(query))
      expect((await post(graph, { query, extensions })).error?.extensions.code).toMatch(
        /GRAPHQL_|LIMIT_EXCEEDED/,
      )
      expect((await post(graph, { extensions })).error?.message).toBe('PersistedQueryNotFound')
    }
  })

  test('mutations by GET, and a GET that any page can send, are still rejected', async () => {
    const query = 'mutation { __typename }'
    const extensions = JSON.stringify(persisted(sha256(query)))
    expect((await get(graph, { query, extensions })).status).toBeGreaterThanOrEqual(400)
    const simple = {
      'apollo-require-preflight': '',
      accept: '*/*',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'no-cors',
    }
    const text = `query CSRF_${FAST_PATH} ${USER}`
    const hashed = persisted(sha256(text))
    await post(graph, { query: text, extensions: hashed })
    expect((await get(graph, { extensions: JSON.stringify(hashed) }, simple)).status).toBe(400)
  })
})

describe('with a Redis', () => {
  let redis: OwnRedis
  beforeAll(async () => {
    redis = await ownRedis()
    await redis.process.start()
  })
  afterAll(() => redis[Symbol.asyncDispose]())

  test('a query that one gateway has registered is known to others for a day', async () => {
    const extensions = persisted(sha256(USER))
    await using first = await startGraph({ REDIS_URL: redis.url })
    await vi.waitFor(async () => expect(await readyOf(first)).toBe('ready'), WITHIN)
    await post(first, { query: USER, extensions })
    const key = `apq:${sha256(USER)}`
    await vi.waitFor(async () => expect(await redis.send('GET', key)).toBe(USER), WITHIN)
    expect(await redis.send('TTL', key)).toBeGreaterThan(86_000)
    await using second = await startGraph({ REDIS_URL: redis.url })
    await vi.waitFor(async () => expect(await readyOf(second)).toBe('ready'), WITHIN)
    expect(await post(second, { extensions })).toMatchObject({ status: 200, text: ANSWER })
  })

  test('a text that another program has written there is not executed', async () => {
    const hash = sha256('{ a }')
    await redis.send('SET', `apq:${hash}`, USER)
    await redis.send('SET', `apq:${sha256('{ b }')}`, 'x'.repeat(3_000_000))
    await using graph = await startGraph({ REDIS_URL: redis.url })
    await vi.waitFor(async () => expect(await readyOf(graph)).toBe('ready'), WITHIN)
    for (const text of ['{ a }', '{ b }']) {
      const { error } = await post(graph, { extensions: persisted(sha256(text)) })
      expect(error?.message).toBe('PersistedQueryNotFound')
    }
  })

  test('it cannot be filled: beyond the daily number of bytes, texts are kept in the process only', async () => {
    await using connection = await dialRedis(redis.url)
    let now = 0
    const store = persistedQueries((args) => connection.send(args), { maxShared: 1_000, clock: () => now })
    const texts = Array.from({ length: 20 }, (_, i) => `{ a${i} } # ${'ü'.repeat(100)}`)
    for (const text of texts) store.register(hashOf(text), text)
    const stored = async () => {
      const found = await Promise.all(texts.map((text) => redis.send('GET', `apq:${hashOf(text)}`)))
      return found.filter((text) => text !== null)
    }
    await vi.waitFor(async () => expect(await stored()).toEqual(texts.slice(0, 4)), WITHIN)
    expect(texts.filter((text) => store.find(hashOf(text)) === text)).toEqual(texts)
    now = 86_400_000
    const next = `query Next ${USER}`
    store.register(hashOf(next), next)
    await vi.waitFor(async () => expect(await redis.send('GET', `apq:${hashOf(next)}`)).toBe(next), WITHIN)
    expect(await stored()).toHaveLength(4)
  })

  test('a Redis that stops responding or is killed causes no error and no long wait', async () => {
    await using graph = await startGraph({ REDIS_URL: redis.url })
    await vi.waitFor(async () => expect(await readyOf(graph)).toBe('ready'), WITHIN)
    const ask = async (query: string) => {
      const extensions = persisted(sha256(query))
      const missing = await post(graph, { extensions })
      const sent = await post(graph, { query, extensions })
      const again = await post(graph, { extensions })
      expect([missing.error?.message, sent.text, again.text]).toEqual([
        'PersistedQueryNotFound',
        ANSWER,
        ANSWER,
      ])
    }
    const pid = redis.process.pid ?? 0
    process.kill(pid, 'SIGSTOP')
    try {
      await ask(`query Stopped ${USER}`)
      // The connection has not noticed the stop yet, so the query did not wait for that.
      expect(await readyOf(graph)).toBe('ready')
    } finally {
      process.kill(pid, 'SIGCONT')
    }
    await redis.process.kill()
    await ask(`query Killed ${USER}`)
    expect(await (await fetch(`${graph.gateway.url}/readyz`)).json()).toMatchObject({ status: 'ready' })
    await redis.process.start()
  })
})

async function readyOf({ gateway }: Graph): Promise<string | undefined> {
  const { reported } = (await (await fetch(`${gateway.url}/readyz`)).json()) as {
    reported: Record<string, string>
  }
  return reported['redis']
}

test('the memory in the process is bounded, and a very long text is not kept', async () => {
  const store = persistedQueries(null, { maxSize: 10_000 })
  const texts = Array.from({ length: 100 }, (_, i) => `{ a${i} } # ${'x'.repeat(400)}`)
  for (const text of texts) store.register(hashOf(text), text)
  const known = texts.filter((text) => store.find(hashOf(text)) !== null)
  expect(known.length).toBeGreaterThan(10)
  expect(known.join('').length).toBeLessThan(10_000)
  expect(known.at(-1)).toBe(texts.at(-1))
  const long = 'x'.repeat(MAX_TEXT + 1)
  const roomy = persistedQueries(null)
  roomy.register(hashOf(long), long)
  expect(roomy.find(hashOf(long))).toBeNull()
})
