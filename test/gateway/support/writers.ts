import { GraphQLError } from 'graphql'
import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { NO_AUTHENTICATION } from '../../../gateway/auth/authenticate.ts'
import { startGateway } from '../../../gateway/start-gateway.ts'
import type { Switches } from '../../../gateway/switches.ts'
import { createTransport } from '../../../gateway/subgraph-client/create-transport.ts'
import { CONSISTENCY_HEADER, type TokenEntry } from '../../../contracts/consistency.ts'
import type { RunningServer } from '../../../platform/http/server.ts'
import { createLog } from '../../../platform/log.ts'
import { SWITCHES } from '../../support/switches.ts'
import { compose } from './gateways.ts'
import { FEDERATION, startSubgraph, type Recorded, type TestSubgraph } from './subgraph.ts'

const SECRET = 'a secret that is long enough to be one'

type Request = { headers: IncomingHttpHeaders }
const token = (_: unknown, __: unknown, { headers }: Request) => headers[CONSISTENCY_HEADER] ?? null
const reference = ({ id }: { id: string }) => ({ id })

/** The field `seen` returns the token of the request. */
const users = {
  name: 'users',
  sdl: `
    type Query { user(id: ID!): User }
    type Mutation { rename(handle: String!): User fail: Int refuse: Int }
    type User @key(fields: "id") { id: ID! handle: String seen: String }
  `,
  resolvers: {
    Query: { user: (_: unknown, { id }: { id: string }) => ({ id }) },
    Mutation: {
      rename: (_: unknown, { handle }: { handle: string }) => ({ id: 'u1', handle }),
      fail: () => {
        throw new Error('written, and then something broke')
      },
      refuse: () => {
        throw new GraphQLError('Not for you.', { extensions: { code: 'FORBIDDEN' } })
      },
    },
    User: { __resolveReference: reference, seen: token },
  },
}

const posts = {
  name: 'posts',
  sdl: `
    type Query { feed: [Post!] }
    type Mutation { write(text: String!): Post }
    type Post @key(fields: "id") { id: ID! text: String }
    type User @key(fields: "id") { id: ID! postCount: Int postsSeen: String }
  `,
  resolvers: {
    Query: { feed: () => [{ id: 'p1', text: 'hello' }] },
    Mutation: { write: (_: unknown, { text }: { text: string }) => ({ id: 'p1', text }) },
    User: { __resolveReference: reference, postCount: () => 1, postsSeen: token },
  },
}

/** An external subgraph. */
const shop = {
  name: 'shop',
  sdl: `
    type Query { offers: String }
    type Mutation { buy: Int }
    type User @key(fields: "id") { id: ID! wishes: Int }
  `,
  resolvers: {
    Query: { offers: token },
    Mutation: { buy: () => 1 },
    User: { __resolveReference: reference, wishes: () => 3 },
  },
}

export type Writers = AsyncDisposable & {
  gateway: RunningServer
  users: TestSubgraph
  posts: TestSubgraph
  shop: TestSubgraph
  /** Removes recorded requests and resets the subgraphs' behaviour. */
  reset(): void
}

/** Starts a gateway for two internal subgraphs, which can report writes, and one external subgraph. */
export async function startWriters(options: Partial<Switches> = {}): Promise<Writers> {
  await using opened = new AsyncDisposableStack()
  const all: TestSubgraph[] = []
  for (const definition of [users, posts, shop]) all.push(opened.use(await startSubgraph(definition)))
  const [own, ours, foreign] = all as [TestSubgraph, TestSubgraph, TestSubgraph]
  const switches = { ...SWITCHES, ...options }
  const transport = opened.use(createTransport(switches.subgraphHttpClient))
  const gateway = opened.use(
    await startGateway({
      host: '127.0.0.1',
      port: 0,
      supergraphSdl: compose(
        all.map(({ url, definition: { name, sdl } }) => ({ name, url, sdl: FEDERATION + sdl })),
      ),
      targets: new Map([
        ['users', { kind: 'internal', url: own.url }],
        ['posts', { kind: 'internal', url: ours.url }],
        ['shop', { kind: 'external', url: foreign.url, headers: { propagate: ['x-tenant'], insert: {} } }],
      ]),
      nodeSubgraph: false,
      transport,
      signing: { secret: SECRET, clock: () => Date.now() },
      timeoutMs: 10_000,
      resilience: { retryDelayMs: 1 },
      authentication: NO_AUTHENTICATION,
      cors: { origins: ['https://app.example'], loopback: false, setting: 'CORS_ORIGINS', headers: [] },
      introspection: false,
      explorer: null,
      reported: {},
      persistedQueries: null,
      switches,
      log: createLog('test', { LOG_LEVEL: 'silent' }),
    }),
  )
  const held = opened.move()
  return {
    gateway,
    users: own,
    posts: ours,
    shop: foreign,
    reset() {
      for (const subgraph of all) {
        subgraph.requests.length = 0
        subgraph.misbehave = subgraph.extensions = null
      }
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

/** Makes a subgraph report writes: each of its mutations reports the next entry. */
export function reportWrites(...entries: TokenEntry[]) {
  return ({ query }: Recorded) => {
    const entry = query.startsWith('mutation') ? entries.shift() : undefined
    return entry ? { consistency: [entry] } : null
  }
}

/** The content of a client's token. */
export function inside(text: string | null | undefined): unknown {
  return JSON.parse(Buffer.from(text?.split('.')[0] ?? '', 'base64url').toString())
}

/** A token with this content, signed in the same way as the gateway's tokens. */
export function signed(content: unknown, key = CLIENT_KEY): string {
  const body = Buffer.from(JSON.stringify(content)).toString('base64url')
  const signature = createHmac('sha256', key).update(body).digest().subarray(0, 16)
  return `${body}.${signature.toString('base64url')}`
}

const CLIENT_KEY = createHmac('sha256', SECRET).update('the consistency token of clients').digest('base64url')
