import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { expect } from 'vitest'
import { pino } from 'pino'
import {
  CONSISTENCY_HEADER,
  type ConsistencyExtensions,
  type TokenEntry,
} from '../../contracts/consistency.ts'
import type { Service } from '../../contracts/topology.ts'
import { systemClock } from '../../platform/clock.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { openLongTransactions } from '../../platform/postgres/long-transactions.ts'
import {
  compareDefinition,
  rebuildDefinition,
  type ConsumerAccess,
} from '../../service/change-log/run-definition.ts'
import { BLOCKS_COPY } from '../../subgraphs/posts/blocks/blocks-consumer.ts'
import type { GraphQLBody } from '../support/client.ts'
import type { OwnSystem } from '../support/own-system.ts'
import { callSubgraph } from '../support/subgraph.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'

const never = new AbortController().signal

type Mutation = 'block' | 'unblock' | 'createPost' | 'replyToPost' | 'editPost' | 'likePost' | 'unlikePost'

type Payload = {
  __typename: string
  code?: string
  path?: string[]
  message?: string
  post?: { id: string; text: string; mentions: { nodes: ({ id: string } | null)[] } }
}

/** A mutation that a subgraph has answered. `token`: the writes of the client. `stale`: copies that lack some of these. */
export type Answered = Payload & { token: readonly TokenEntry[]; stale: readonly string[] }

/** The subgraphs users, posts and followers without a gateway, and their databases. */
export type BlocksBed = AsyncDisposable & {
  posts: Client
  followers: Client
  /** @param token the client's writes so far. @default none */
  send(
    viewer: Viewer,
    mutation: Mutation,
    input: Record<string, unknown>,
    token?: readonly TokenEntry[],
  ): Promise<Answered>
  /** Publishes a post. @returns its id */
  publish(author: Viewer): Promise<string>
  /** Signs somebody up, and waits until posts knows their handle. */
  signUp(name: string): Promise<{ viewer: Viewer; handle: string }>
  /** Blocks, as the followers service has them and as the copy has them. */
  blocks(of: 'followers' | 'posts'): Promise<{ blocker_id: string; blocked_id: string }[]>
  /** Keeps the consumer from moving. */
  hold(): Promise<{ letGo(): Promise<void> }>
  rebuild(): ReturnType<typeof rebuildDefinition>
  compare(): ReturnType<typeof compareDefinition>
}

export async function openBlocksBed(system: OwnSystem): Promise<BlocksBed> {
  await using stack = new AsyncDisposableStack()
  const connect = async (service: Service) => {
    const client = new Client({ connectionString: system.databaseUrls[service] })
    // The databases may be dropped while it is open.
    client.on('error', () => {})
    await client.connect()
    stack.defer(() => client.end())
    return client
  }
  const databases = { posts: await connect('posts'), followers: await connect('followers') }
  const holding = await connect('posts')
  const database = stack.use(
    openLongTransactions(system.databaseUrls.posts, 'test', pino({ level: 'silent' })),
  )
  const access: ConsumerAccess = {
    ownerUrl: system.subgraphUrls.followers,
    secret: system.internalSecret,
    clock: systemClock,
    ...database,
  }
  const send: BlocksBed['send'] = async (viewer, mutation, input, token = []) => {
    const service = mutation.endsWith('block') ? 'followers' : 'posts'
    const headers = { [CONSISTENCY_HEADER]: JSON.stringify(token) }
    const { body } = await callSubgraph(service, viewer, textOf(mutation), { input }, system, headers)
    const { data, errors, extensions } = body as GraphQLBody<{ result: Payload }> & {
      extensions?: ConsistencyExtensions
    }
    if (errors || !data) throw new Error(`${mutation}: ${JSON.stringify(body)}`)
    return { ...data.result, token: extensions?.consistency ?? [], stale: extensions?.stale ?? [] }
  }
  const opened = stack.move()
  return {
    ...databases,
    send,
    publish: async (author) => (await send(author, 'createPost', { text: 'Hello' })).post?.id ?? '',
    async signUp(name) {
      const handle = `${name}_${randomBytes(4).toString('hex')}`
      const input = { handle, name, password: `password of ${handle}` }
      const { body } = await callSubgraph<{ signUp: { user: { id: string } } }>(
        'users',
        null,
        'mutation ($input: SignUpInput!) { signUp(input: $input) { ... on SignUpSuccess { user { id } } } }',
        { input },
        system,
      )
      const known = () => databases.posts.query('select from author where handle = $1', [handle])
      await expect.poll(async () => (await known()).rowCount).toBe(1)
      return { viewer: { id: body.data?.signUp.user.id ?? '', session: null }, handle }
    },
    async blocks(of) {
      const text = 'select blocker_id, blocked_id from block order by blocker_id, blocked_id'
      return (await databases[of].query(text)).rows
    },
    async hold() {
      await holding.query('begin')
      const { consumer } = BLOCKS_COPY.name
      await holding.query('select 1 from consumer_offset where consumer = $1 for update', [consumer])
      return { letGo: async () => void (await holding.query('commit')) }
    },
    rebuild: () => rebuildDefinition(BLOCKS_COPY, access, never),
    compare: () =>
      compareDefinition(
        BLOCKS_COPY,
        access,
        { waitMs: TIMEOUT_MS, monotonic: () => performance.now() },
        never,
      ),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

function textOf(mutation: Mutation): string {
  const type = mutation.slice(0, 1).toUpperCase() + mutation.slice(1)
  const post = mutation.endsWith('block')
    ? ''
    : `... on ${type}Success { post { id text mentions { nodes { id } } } }`
  return `mutation ($input: ${type}Input!) { result: ${mutation}(input: $input) {
    __typename ${post} ... on UserError { code path message } } }`
}
