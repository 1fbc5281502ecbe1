import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Client } from 'pg'
import type { Env } from '../../platform/config/read-config.ts'
import { freshDatabase } from '../support/database.ts'
import { SWITCHES_ENV } from '../support/switches.ts'
import { createClient, SECRET, type UsersSubgraph } from './users-client.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'

/** A database of the users service, a clock that stands still until it is moved, and processes on both. */
export type UsersBed = AsyncDisposable & {
  clock: { readonly now: number; advance(seconds: number): Promise<void> }
  database: Client
  /** Resolves once `count` transactions on the database wait for locks, such as those `database` holds. */
  waiting(count: number): Promise<void>
  /** Starts another process, with further variables. */
  start(env?: Env): Promise<UsersSubgraph>
}

/** For tests of what expires or races: everything else can use the system that all tests share. */
export async function createUsersBed(): Promise<UsersBed> {
  const stack = new AsyncDisposableStack()
  const { url } = stack.use(await freshDatabase('users'))
  const database = stack.adopt(new Client({ connectionString: url }), (client) => client.end())
  await database.connect()
  const children: ChildProcess[] = []
  let now = Date.now()
  const clock = {
    get now() {
      return now
    },
    async advance(seconds: number) {
      now += seconds * 1000
      await Promise.all(children.map((child) => ask(child, now)))
    },
  }
  return {
    clock,
    database,
    waiting: (count) => waiting(database, count),
    start: async (env = {}) => {
      const own = {
        PORT: '0',
        LOG_LEVEL: 'silent',
        INTERNAL_SECRET: SECRET,
        DATABASE_URL_USERS: url,
        // Nobody listens there.
        SUBGRAPH_URL_FOLLOWERS: 'http://127.0.0.1:9/graphql',
      }
      const child = fork(new URL('./users-process.ts', import.meta.url), [String(now)], {
        env: { ...SWITCHES_ENV, ...own, ...env },
        execArgv: [],
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      })
      stack.adopt(child, stop)
      const address = await responseOf(child)
      children.push(child)
      return createClient(String(address), () => now)
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

async function waiting(database: Client, count: number): Promise<void> {
  const deadline = performance.now() + TIMEOUT_MS
  for (let found = -1; found !== count;) {
    if (performance.now() > deadline) throw new Error(`${found} transactions wait for locks, not ${count}`)
    const { rows } = await database.query<{ waiters: number }>(
      `select count(*)::int as waiters from pg_locks as wanted where not granted and exists (
         select from pg_locks as held join pg_database on pg_database.oid = held.database
         where held.pid = wanted.pid and datname = current_database()
       )`,
    )
    found = rows[0]?.waiters ?? 0
  }
}

async function ask(child: ChildProcess, time: number): Promise<void> {
  const response = responseOf(child)
  child.send(time)
  await response
}

/** The child's next message. Rejects when it exits instead. */
async function responseOf(child: ChildProcess): Promise<unknown> {
  const over = new AbortController()
  const exited = once(child, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`the users process exited with ${code}; its standard error says why`)
  })
  try {
    const [message] = await Promise.race([once(child, 'message', { signal: over.signal }), exited])
    return message
  } finally {
    exited.catch(() => {})
    over.abort()
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  await exited
}
