import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TokenEntry } from '../../contracts/consistency.ts'
import type { InternalRequest } from '../../platform/http/internal-route.ts'
import type { RunningServer } from '../../platform/http/server.ts'
import { systemClock } from '../../platform/clock.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'
import { createLog } from '../../platform/log.ts'
import { countNodeHttpRequests } from '../../platform/testing/node-http-requests.ts'
import { readMetrics } from '../../platform/testing/read-metrics.ts'
import { RequestMetrics } from '../metrics/request-metrics.ts'
import { createMetrics } from '../metrics/metrics.ts'
import { openDatabase } from '../../platform/postgres/database.ts'
import type { RequestBase, RequestDatabase } from './request-base.ts'
import { serveSubgraph } from './subgraph-server.ts'

const SECRET = 's'.repeat(32)
const log = createLog('sample', { LOG_LEVEL: 'silent' })

/** The last request, as passed to its resolvers. */
let seen: RequestBase
let asked: InternalRequest
let server: RunningServer
/** The same server with SOCKET_SERVER=off. */
let withoutSocketServer: RunningServer
const stack = new AsyncDisposableStack()

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-subgraph-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const schemaFile = join(folder, 'schema.graphql')
  await writeFile(
    schemaFile,
    'type Query { read: Int, behind: Int, bug: Int } type Mutation { write(xid: String!, shard: Int = 0): Int }',
  )
  const resolvers = {
    Query: {
      read: () => 1,
      bug: () => {
        throw new Error('secret of the house')
      },
      behind: (_: unknown, __: unknown, { stale }: RequestBase) => {
        stale('users')
        stale('users')
        return 1
      },
    },
    Mutation: {
      write: (_: unknown, { xid, shard }: { xid: string; shard: number }, { recordXid }: RequestBase) => {
        recordXid(`sample/${shard}`, xid)
        return 1
      },
    },
  }
  const start = (socketServer: 'on' | 'off') => {
    const requestMetrics = new RequestMetrics()
    return serveSubgraph<RequestBase>({
      name: 'sample',
      schemaFile,
      resolvers,
      config: { HOST: '127.0.0.1', PORT: 0, INTERNAL_SECRET: SECRET, SOCKET_SERVER: socketServer },
      log,
      clock: systemClock,
      // These databases do not exist and are never queried.
      databases: new Map(['sample/0', 'sample/1'].map((name) => [name, nobody(name)])),
      createContext: (base) => (seen = base),
      requestMetrics,
      metrics: createMetrics(
        [{ database: 'sample', figures: async () => ({ relay: 'down', log: null }) }],
        (registry) => requestMetrics.register(registry),
      ),
      internalRoutes: [
        {
          method: 'POST',
          url: '/echo',
          respond: async (request) => {
            asked = request
            if (request.body === 'fail') throw new Error('secret of the house')
            return { status: 201, body: JSON.stringify(request.body) }
          },
        },
      ],
      reported: {
        shown: async () => 'well enough',
        silent: async () => {},
        broken: () => Promise.reject(new Error('broken: mend it')),
      },
    })
  }
  server = stack.use(await start('on'))
  withoutSocketServer = stack.use(await start('off'))
})
afterAll(() => stack.disposeAsync())

function nobody(name: string): RequestDatabase {
  const { reader } = stack.use(openDatabase('postgres://127.0.0.1:1/none', 1, log))
  return { reader, entryOf: ({ xids }): TokenEntry => [name, 7, xids] }
}

async function ask(query: string, headers: Record<string, string> = {}, { url } = server) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signature(), ...headers },
    body: JSON.stringify({ query }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const signature = () => ({ [INTERNAL_HEADER]: signInternal(SECRET, null, 'sample', systemClock()) })

test('a response contains the writes of each of its mutations once', async () => {
  const { body } = await ask('mutation { a: write(xid: "12") b: write(xid: "11") c: write(xid: "12") }')
  expect(body).toEqual({
    data: { a: 1, b: 1, c: 1 },
    extensions: { consistency: [['sample/0', 7, ['12', '11']]] },
  })
})

test('a response names every database that its mutations have written', async () => {
  const { body } = await ask('mutation { a: write(xid: "12") b: write(xid: "12", shard: 1) }')
  const consistency = [
    ['sample/0', 7, ['12']],
    ['sample/1', 7, ['12']],
  ]
  expect(body).toEqual({ data: { a: 1, b: 1 }, extensions: { consistency } })
})

test('a write to a database that the service does not have is a bug', async () => {
  const { body } = await ask('mutation { write(xid: "12", shard: 2) }')
  expect(JSON.stringify(body)).toContain('INTERNAL_SERVER_ERROR')
})

test('a response names the copies that are behind', async () => {
  expect((await ask('{ behind }')).body).toEqual({ data: { behind: 1 }, extensions: { stale: ['users'] } })
})

test('SOCKET_SERVER=off: plain POSTs use node:http and get the same responses', async () => {
  for (const [to, expected] of [
    [server, 0],
    [withoutSocketServer, 1],
  ] as const) {
    using byNode = countNodeHttpRequests(to.url)
    expect(await ask('{ bug }', { 'x-request-id': 'id-1' }, to)).toMatchObject({
      status: 200,
      body: { data: { bug: null }, errors: [{ path: ['bug'], extensions: { requestId: 'id-1' } }] },
    })
    expect(byNode.count).toBe(expected)
  }
})

test('a response without writes has no consistency extension', async () => {
  expect((await ask('{ read }')).body).toEqual({ data: { read: 1 } })
})

test('the token of a signed request is passed to the resolvers', async () => {
  const token = [
    ['users', 3, ['1', '2']],
    ['posts', 4, null],
  ]
  await ask('{ read }', { 'tessera-consistency': JSON.stringify(token) })
  expect(seen.token).toEqual(token)
  await ask('{ read }')
  expect(seen.token).toEqual([])
})

test.for(['nonsense', '{}', '[["users", 3]]', '[["users", 3, ["x"]]]', '[["users", "3", null]]'])(
  'a malformed token is rejected: %s',
  async (token) => {
    const { status, body } = await ask('{ read }', { 'tessera-consistency': token })
    expect(status).toBe(400)
    expect(JSON.stringify(body)).toContain('The header tessera-consistency must be JSON')
  },
)

test('the token of an unsigned request is ignored', async () => {
  const { status } = await ask('{ read }', { [INTERNAL_HEADER]: 'v1.x.y', 'tessera-consistency': 'nonsense' })
  expect(status).toBe(401)
})

test('a well-formed traceparent is added to the headers of events', async () => {
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
  await ask('{ read }', { traceparent })
  expect(seen.eventHeaders).toEqual({ traceparent })
  for (const bad of [
    `${traceparent}x`,
    traceparent.toUpperCase(),
    traceparent.replace(/-[0-9a-f]{16}-/, '-'),
  ]) {
    await ask('{ read }', { traceparent: bad })
    expect(seen.eventHeaders).toEqual({})
  }
})

test('an internal route gets the raw query and body of a signed request', async () => {
  const url = `${server.url}/echo?a=1&a=2`
  const respond = await fetch(url, { method: 'POST', headers: signature(), body: '{"not":"parsed"}' })
  expect([respond.status, await respond.json()]).toEqual([201, '{"not":"parsed"}'])
  expect(asked.query.getAll('a')).toEqual(['1', '2'])
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
})

test('the response of a failing route does not reveal the reason', async () => {
  const respond = await fetch(`${server.url}/echo`, { method: 'POST', headers: signature(), body: 'fail' })
  expect(respond.status).toBe(503)
  expect(await respond.text()).not.toContain('secret')
})

test('an error that is only reported keeps its message', async () => {
  const respond = (await (await fetch(`${server.url}/readyz`)).json()) as { reported: object }
  expect(respond.reported).toEqual({ shown: 'well enough', silent: 'ready', broken: 'broken: mend it' })
})

test('requests are counted by type and outcome, and errors by code', async () => {
  for (const to of [server, withoutSocketServer]) {
    const before = await readMetrics(`${to.url}/metrics`)
    for (const query of [
      '{ read }',
      '{ read behind }',
      'mutation { write(xid: "1") }',
      '{ bug }',
      '{ nothing }',
    ]) {
      await ask(query, {}, to)
    }
    await ask('{ read }', { [INTERNAL_HEADER]: 'v1.x.y' }, to)
    const after = await readMetrics(`${to.url}/metrics`)
    const grown = [...after].flatMap(([key, value]) => {
      const more = value - (before.get(key) ?? 0)
      return key.startsWith('tessera_subgraph_') && !key.includes('_duration_') && more !== 0
        ? [[key.slice('tessera_subgraph_'.length), more]]
        : []
    })
    expect(Object.fromEntries(grown)).toEqual({
      'requests_total{operation_type="query",outcome="success"}': 2,
      'requests_total{operation_type="mutation",outcome="success"}': 1,
      'requests_total{operation_type="query",outcome="errors"}': 1,
      'requests_total{operation_type="unknown",outcome="refused"}': 2,
      'errors_total{code="INTERNAL_SERVER_ERROR"}': 1,
      'errors_total{code="BAD_USER_INPUT"}': 1,
      'errors_total{code="UNAUTHENTICATED"}': 1,
    })
    const count = 'tessera_subgraph_request_duration_seconds_count{operation_type="query"}'
    expect((after.get(count) ?? 0) - (before.get(count) ?? 0)).toBe(3)
    expect(after.get('tessera_subgraph_requests_in_flight')).toBe(0)
  }
})
