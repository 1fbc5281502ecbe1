import { Client, Pool } from 'pg'
import { expect } from 'vitest'
import {
  runReactor,
  type Reactor,
  type ReactorOptions,
} from '../../../patterns/change-log/consumer/run-reactor.ts'
import type { RunningConsumer } from '../../../patterns/change-log/consumer/run-consumer.ts'
import type { Handler } from '../../../patterns/change-log/consumer/handler.ts'
import type { OpenExport } from '../../../patterns/change-log/export/export-text.ts'
import { reportPosition } from '../../../patterns/change-log/owner/registration.ts'
import { serveExport } from '../../../patterns/change-log/owner/serve-export.ts'
import { pooledSql } from '../../../platform/postgres/pooled-sql.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import { insertEvents } from '../../../patterns/change-log/writer/insert-events.ts'
import { decide, idOf, REACTOR, WORK } from './deciding.ts'
import { openLogDatabase } from './log-database.ts'
import { runLog, type RunningLog } from './running-log.ts'

/** An owner whose state is the requests that are open. */
export type Asking = AsyncDisposable & {
  log: RunningLog
  /**
   * Opens a request, in one transaction with its event. Those of ids that begin with `wait` are left open.
   *
   * @returns the xid
   */
  ask(id: string, key: string): Promise<string>
  withdraw(id: string, key: string): Promise<string>
  /** Writes events alone, in one transaction: `asked a1 a`. */
  write(...events: string[]): Promise<void>
  openExport: OpenExport
}

export async function openAsking(): Promise<Asking> {
  await using stack = new AsyncDisposableStack()
  const log = stack.use(await runLog())
  log.relay()
  const { sql } = await log.database.session()
  await sql('create table asked (id text primary key, key text not null)')
  const connect = async () => {
    const client = new Client({ connectionString: log.database.url })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const event = (type = '', id = '', key = '') => ({ key, type, version: 1, payload: { id }, touches: [] })
  const write = async (type: string, id: string, key: string, change: string, ...values: unknown[]) => {
    await sql('begin')
    await sql(change, ...values)
    const xid = await insertEvents(sql, [event(type, id, key)], () => null)
    await sql('commit')
    log.written.raise()
    return String(xid)
  }
  const opened = stack.move()
  return {
    log,
    ask: (id, key) => write('asked', id, key, 'insert into asked values ($1, $2)', id, key),
    async write(...events) {
      const parts = events.map((text) => text.split(' '))
      await insertEvents(
        sql,
        parts.map(([type, id, key]) => event(type, id, key)),
        () => null,
      )
      log.written.raise()
    },
    withdraw: (id, key) => write('withdrawn', id, key, 'delete from asked where id = $1', id),
    openExport: (stop) => serveExport({ connect, query: 'select id, key from asked order by id' }, stop),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

export type ReactorBed = AsyncDisposable & {
  url: string
  sql: Sql
  said: string[]
  /** Ids that cannot be handled. */
  poison: Set<string>
  /** Of each transaction of the handler: how many events it had, and how many locks its backend held at its end. */
  transactions: { events: number; locks: number }[]
  handler: Handler
  transact: Transact
  start(options?: Partial<ReactorOptions>): Reactor
  /** What the handler has done, in order: `accepted a1`, `open wait1`, `withdrawn wait1`, `again a1`. */
  effects(): Promise<string[]>
  /** Resolves when it has done so much, with what it did. */
  done(count: number): Promise<string[]>
  /** Resolves when no open work is left to be drained. */
  drained(reactor: RunningConsumer): Promise<void>
}

export async function openReactorBed(owner: Asking): Promise<ReactorBed> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openLogDatabase())
  const pool = new Pool({ connectionString: database.url, max: 10 })
  // A test may end a connection from outside.
  pool.on('connect', (client) => void client.on('error', () => {}))
  pool.on('error', () => {})
  stack.defer(() => pool.end())
  const { sql, transact } = pooledSql(pool)
  await sql('create table effect (n bigint generated always as identity, what text not null)')
  await sql('create table waits (id text primary key)')
  const [said, poison] = [new Array<string>(), new Set<string>()]
  const transactions: ReactorBed['transactions'] = []
  const handler: Handler = {
    versions: { asked: 1, withdrawn: 1 },
    async apply(tx, events) {
      await decide(tx, events)
      const bad = events.map(idOf).find((id) => poison.has(id))
      if (bad !== undefined) throw new Error(`${bad} is poison`)
      const [row] = await tx<{ locks: number }>(
        'select count(*)::integer as locks from pg_locks where pid = pg_backend_pid()',
      )
      transactions.push({ events: events.length, locks: row?.locks ?? 0 })
    },
  }
  const effects = async () =>
    (await sql<{ what: string }>('select what from effect order by n')).map(({ what }) => what)
  const opened = stack.move()
  return {
    url: database.url,
    sql,
    transact,
    said,
    poison,
    transactions,
    handler,
    start: (options = {}) =>
      opened.use(
        runReactor({
          name: REACTOR,
          feed: owner.log.feed,
          transport: null,
          openExport: owner.openExport,
          reportPosition: async (position) => {
            await reportPosition(owner.log.session.sql, REACTOR.consumer, position)
          },
          sql,
          transact,
          handler,
          work: WORK,
          report: (_, message) => void said.push(message),
          clock: () => performance.now(),
          reportPositionMs: 50,
          retryMs: 20,
          pollMs: 20,
          ...options,
        }),
      ),
    effects,
    async done(count) {
      await expect.poll(async () => (await effects()).length).toBe(count)
      return effects()
    },
    async drained(reactor) {
      // Without a position it has not begun: a reactor says that it follows before it knows that it must be rebuilt.
      const built = {
        state: 'consuming',
        drainingKeys: 0,
        position: { offset: expect.any(Number) as number },
      }
      await expect.poll(() => reactor.status()).toMatchObject(built)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
