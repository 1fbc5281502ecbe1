import { Client } from 'pg'
import { inject } from 'vitest'
import {
  consumeInMemory,
  feedReader,
  type LogUrls,
  logUrls,
  type MemoryConsumer,
  requestWrites,
  type RequestWrites,
} from '../../patterns/change-log/index.ts'
import type { Sql } from '../../contracts/sql.ts'
import { systemClock } from '../../platform/clock.ts'
import { readConfig } from '../../platform/config/read-config.ts'
import { internalGet, internalPost } from '../../platform/http/internal-get.ts'
import { internalStream } from '../../platform/http/internal-stream.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'
import { exportRoute } from '../../service/change-log/export-route.ts'
import { startService } from '../../service/start-service.ts'
import { SUBGRAPH_VARIABLES } from '../../platform/config/service-variables.ts'
import type { RequestBase } from '../../service/graphql/subgraph-server.ts'
import { openLogDatabase } from '../change-log/support/log-database.ts'

const SECRET = 's'.repeat(32)
const NAME = 'pair'
export const DATABASES = ['pair/0', 'pair/1'] as const
export type DatabaseName = (typeof DATABASES)[number]

type Response = { data?: unknown; errors?: unknown; extensions?: { consistency?: unknown[] } }

/** A service of two databases, in this process. */
export type PairService = AsyncDisposable & {
  url: string
  ask(query: string): Promise<Response>
  readyz(): Promise<{ status: number; body: Record<'dependencies' | 'reported', Record<string, string>> }>
  metrics(): Promise<string>
  urls(database: string): LogUrls
  get(url: string): Promise<string>
  post(url: string, body: object): Promise<string>
  /** Follows the log of one database: `texts` are those of its export, and then of its events. */
  consume(database: string): MemoryConsumer & { texts: string[] }
  /** Makes a database refuse everybody, or take them again. */
  setReachable(database: DatabaseName, reachable: boolean): Promise<void>
}

type Writer = { transact: <Result>(run: (tx: Sql) => Promise<Result>) => Promise<Result> } & RequestWrites

export async function startPairService(env: Record<string, string> = {}): Promise<PairService> {
  await using stack = new AsyncDisposableStack()
  const addresses = await Promise.all(
    DATABASES.map(async (name) => {
      const database = stack.use(await openLogDatabase())
      const { sql } = await database.session()
      await sql('create table note (text text primary key)')
      return { name, url: database.url }
    }),
  )
  const [first, second] = addresses
  if (!first || !second) throw new Error('there are two')
  const config = readConfig(SUBGRAPH_VARIABLES, {
    PORT: '0',
    LOG_LEVEL: 'silent',
    INTERNAL_SECRET: SECRET,
    DATABASE_POOL_SIZE: '2',
    ...env,
  })
  const server = stack.use(
    await startService({
      name: NAME,
      folder: import.meta.dirname,
      databases: [first, second],
      config,
      clock: systemClock,
      wire: (databases, { log }) => ({
        resolvers,
        createContext: (base: RequestBase) => ({
          base,
          writers: new Map(
            databases.map(({ name, transact }): [string, Writer] => [
              name,
              { transact, ...requestWrites(name, () => null, base) },
            ]),
          ),
        }),
        internalRoutes: [exportRoute(databases, { notes: () => 'select text from note' }, log)],
        housekeeping: async () => {},
      }),
    }),
  )
  const asking = { secret: SECRET, audience: NAME, clock: systemClock }
  const urls = (database: string) => logUrls(`${server.url}/graphql`, database)
  const get = internalGet(asking)
  const stream = internalStream(asking)
  const post = internalPost(asking)
  const running = stack.move()
  return {
    url: server.url,
    async ask(query) {
      const response = await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [INTERNAL_HEADER]: signInternal(SECRET, null, NAME, systemClock()),
        },
        body: JSON.stringify({ query }),
      })
      return (await response.json()) as Response
    },
    async readyz() {
      const response = await fetch(`${server.url}/readyz`)
      return { status: response.status, body: (await response.json()) as never }
    },
    metrics: async () => (await fetch(`${server.url}/metrics`)).text(),
    urls,
    get,
    post: (url, body) => post(url, JSON.stringify(body)),
    consume(database) {
      const texts: string[] = []
      const consumer = running.use(
        consumeInMemory({
          what: `the notes of ${database}`,
          feed: feedReader(urls(database).feed, get),
          transport: null,
          openExport: (stop) => stream(urls(database).exported('notes'), stop),
          load: (rows) => void texts.push(...rows.map((row) => (row as { text: string }).text)),
          apply: (events) => void texts.push(...events.map(({ key }) => key)),
          report: () => {},
          clock: () => performance.now(),
        }),
      )
      return Object.assign(consumer, { texts })
    },
    setReachable: (name, reachable) =>
      setReachable(new URL(name === 'pair/0' ? first.url : second.url).pathname.slice(1), reachable),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

type Context = { base: RequestBase; writers: ReadonlyMap<string, Writer> }

const resolvers = {
  Query: {
    async notes(_: unknown, { database }: { database: string }, { base }: Context) {
      const rows = await base
        .readerOf(database)
        .query<{ text: string }>({ name: 'notes', text: 'select text from note order by text' }, [])
      return rows.map(({ text }) => text)
    },
  },
  Mutation: {
    async write(_: unknown, { text, databases }: { text: string; databases: string[] }, context: Context) {
      for (const name of databases) {
        const writer = context.writers.get(name)
        await writer?.transact(async (sql) => {
          await sql('insert into note (text) values ($1)', text)
          const event = { key: text, type: 'noted', version: 1, payload: {}, touches: [] }
          await writer.writeEvents(sql, [event])
        })
      }
      return true
    },
  },
}

async function connectTo(url: string): Promise<Client> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return client
}

async function setReachable(database: string, reachable: boolean): Promise<void> {
  const client = await connectTo(inject('superuserUrl'))
  try {
    await client.query(`alter database "${database}" allow_connections ${reachable}`)
    if (reachable) return
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
      database,
    ])
  } finally {
    await client.end()
  }
}
