import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose'
import { NODE_URL, nodeSdl } from '../../../gateway/node-field/sdl.ts'
import { GATEWAY_VARIABLES } from '../../../gateway/tessera/config.ts'
import { startTesseraGateway, type TesseraGateway } from '../../../gateway/tessera/start-tessera-gateway.ts'
import { formatId, makeUuid } from '../../../contracts/ids.ts'
import { readConfig } from '../../../platform/config/read-config.ts'
import type { Log } from '../../../platform/log.ts'
import { SWITCHES_ENV } from '../../support/switches.ts'
import { compose, quiet } from './gateways.ts'
import { SessionLog } from './session-log.ts'
import { FEDERATION, startSubgraph, type TestSubgraph } from './subgraph.ts'

export const SECRET = 'a secret that is long enough to be one'
export const SESSION = '01930000-0000-7000-8000-000000000001'

const uuid = (n: number) => makeUuid(1_700_000_000_000 + n, 1, new Uint8Array(9))
export const ALICE = formatId('user', uuid(1))
export const BOB = formatId('user', uuid(2))
export const GONE = formatId('user', uuid(3))
export const POST = formatId('post', uuid(4))

const HANDLES = new Map([
  [ALICE, 'alice'],
  [BOB, 'bob'],
])

const NODE = 'interface Node { id: ID! }'
const usersSdl = `${NODE}
  type Query { user(handle: String!): User }
  type User implements Node @key(fields: "id") { id: ID! handle: String! }`
const postsSdl = `${NODE}
  type Query { feed(first: Int): [Post!] }
  type Post implements Node @key(fields: "id") { id: ID! author: User }
  type User @key(fields: "id", resolvable: false) { id: ID! }`
const followersSdl = `type User @key(fields: "id") { id: ID! followers: [User] followerCount: Int }`

export type Graph = AsyncDisposable & {
  gateway: TesseraGateway
  users: TestSubgraph
  posts: TestSubgraph
  followers: TestSubgraph
  /** Sessions that have ended. The gateway never removes one. */
  revoked: Set<string>
  privateKey: CryptoKey
  token(
    claims?: object,
    options?: { expires?: string; alg?: string; key?: CryptoKey | Uint8Array },
  ): Promise<string>
}

/** Starts Tessera's gateway for three small subgraphs with Tessera's names. `users` has keys and revocations. */
export async function startGraph(env: Record<string, string> = {}, log: Log = quiet): Promise<Graph> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' }
  const revoked = new SessionLog()
  const user = ({ id }: { id: string }) => (HANDLES.has(id) ? { id, handle: HANDLES.get(id) } : null)
  const users = await startSubgraph(
    {
      name: 'users',
      sdl: usersSdl,
      resolvers: {
        Query: { user: () => ({ id: ALICE, handle: 'alice' }) },
        User: { __resolveReference: user },
      },
    },
    (app) => {
      app.get('/jwks', () => ({ keys: [jwk] }))
      revoked.mount(app)
    },
  )
  const posts = await startSubgraph({
    name: 'posts',
    sdl: postsSdl,
    resolvers: {
      Query: { feed: () => [{ id: POST, author: { id: GONE } }] },
      Post: {
        __resolveReference: ({ id }: { id: string }) => (id === POST ? { id, author: { id: ALICE } } : null),
      },
    },
  })
  const followers = await startSubgraph({
    name: 'followers',
    sdl: followersSdl,
    resolvers: {
      User: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        followers: () => [{ id: BOB }, { id: GONE }, { id: ALICE }],
        followerCount: () => 3,
      },
    },
  })
  const config = readConfig(GATEWAY_VARIABLES, {
    PORT: '0',
    INTERNAL_SECRET: SECRET,
    SUBGRAPH_URL_USERS: users.url,
    SUBGRAPH_URL_POSTS: posts.url,
    SUBGRAPH_URL_FOLLOWERS: followers.url,
    SUBGRAPH_TIMEOUT_MS: '2000',
    // These subgraphs have no change logs.
    CACHE: 'off',
    ...SWITCHES_ENV,
    ...env,
  })
  const all = [users, posts, followers]
  const supergraphSdl = compose([
    ...all.map(({ url, definition: { name, sdl } }) => ({ name, url, sdl: FEDERATION + sdl })),
    { name: 'node', url: NODE_URL, sdl: nodeSdl() },
  ])
  const resilience = { retryDelayMs: 1 }
  const gateway = await startTesseraGateway({
    config,
    log,
    clock: () => Date.now(),
    supergraphSdl,
    resilience,
  })
  return {
    gateway,
    users,
    posts,
    followers,
    revoked,
    privateKey,
    token(claims = {}, { expires = '5 minutes', alg = 'EdDSA', key = privateKey } = {}) {
      return new SignJWT({ sid: SESSION, ...claims })
        .setProtectedHeader({ alg, kid: 'k1' })
        .setSubject(ALICE)
        .setIssuer('tessera')
        .setAudience('tessera')
        .setExpirationTime(expires)
        .sign(key)
    },
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]()
      await Promise.all(all.map((subgraph) => subgraph[Symbol.asyncDispose]()))
    },
  }
}
