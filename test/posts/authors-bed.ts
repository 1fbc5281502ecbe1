import { Client } from 'pg'
import {
  CONSISTENCY_HEADER,
  type ConsistencyExtensions,
  type TokenEntry,
} from '../../contracts/consistency.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'
import { pino } from 'pino'
import { systemClock } from '../../platform/clock.ts'
import { openLongTransactions } from '../../platform/postgres/long-transactions.ts'
import { AUTHORS } from '../../subgraphs/posts/authors/authors-consumer.ts'
import type { ConsumerAccess } from '../../service/change-log/run-definition.ts'
import type { SystemAddresses } from '../support/global-setup.ts'

type Address = Pick<SystemAddresses, 'subgraphUrls' | 'databaseUrls' | 'internalSecret'>

export type AuthorRow = { id: string; handle: string; name: string; version: number }

/** The databases of a system, past its services. */
export type AuthorsBed = AsyncDisposable & {
  users: Client
  posts: Client
  /** As the command that rebuilds has them. */
  options: ConsumerAccess
  profiles(): Promise<AuthorRow[]>
  authors(): Promise<AuthorRow[]>
  /** Keeps the consumer where it is, until the transaction is ended by `let go`. */
  hold(): Promise<{ letGo(): Promise<void> }>
  /** Resolves when somebody waits for the consumer: looks at its place again and again; or when `stop` is aborted. */
  waitedFor(stop: AbortSignal): Promise<void>
}

export async function openAuthorsBed(system: Address): Promise<AuthorsBed> {
  await using stack = new AsyncDisposableStack()
  const connect = async (service: 'users' | 'posts') => {
    const client = new Client({ connectionString: system.databaseUrls[service] })
    // The databases may be dropped while it is open.
    client.on('error', () => {})
    await client.connect()
    stack.defer(() => client.end())
    return client
  }
  const [users, posts, holding] = [await connect('users'), await connect('posts'), await connect('posts')]
  const database = stack.use(
    openLongTransactions(system.databaseUrls.posts, 'test', pino({ level: 'silent' })),
  )
  const rows = async (client: Client, table: string) => {
    const text = `select id, handle, name, version from ${table} order by id`
    return (await client.query<AuthorRow>(text)).rows
  }
  const opened = stack.move()
  return {
    users,
    posts,
    options: {
      ownerUrl: system.subgraphUrls.users,
      secret: system.internalSecret,
      clock: systemClock,
      ...database,
    },
    profiles: () => rows(users, 'users'),
    authors: () => rows(posts, 'author'),
    async hold() {
      await holding.query('begin')
      await holding.query('select 1 from consumer_offset where consumer = $1 for update', [
        AUTHORS.name.consumer,
      ])
      return { letGo: async () => void (await holding.query('commit')) }
    },
    async waitedFor(stop) {
      // Without anybody waiting, it looks every three seconds.
      for (const looks = new Set<string>(); looks.size < 8 && !stop.aborted;) {
        const { rows: activity } = await posts.query<{ at: string }>(
          `select query_start::text as at from pg_stat_activity where datname = current_database()
             and application_name = 'posts authors' and query like 'select epoch, "offset", build%'`,
        )
        for (const { at } of activity) looks.add(at)
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** What posts says of how it is. */
export async function readyz(system: Address): Promise<unknown> {
  return (await fetch(new URL('readyz', system.subgraphUrls.posts))).json()
}

type Asked = { url?: string; token?: readonly TokenEntry[] }

/** Asks the posts subgraph, as the gateway would. */
export async function askPosts<Data = unknown>(
  system: Address,
  query: string,
  variables: Record<string, unknown>,
  { url = system.subgraphUrls.posts, token = [] }: Asked = {},
) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [INTERNAL_HEADER]: signInternal(system.internalSecret, null, 'posts', Date.now()),
      [CONSISTENCY_HEADER]: JSON.stringify(token),
    },
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as {
    data?: Data
    errors?: unknown[]
    extensions?: ConsistencyExtensions
  }
}
