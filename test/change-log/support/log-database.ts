import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { inject } from 'vitest'
import { root } from '../../../platform/root.ts'
import { startLog } from '../../../patterns/change-log/owner/epoch.ts'
import { insertEvents } from '../../../patterns/change-log/writer/insert-events.ts'
import type { Position } from '../../../patterns/change-log/position.ts'
import { readLog } from '../../../patterns/change-log/owner/read-log.ts'
import { parseRecord, type LogRecord } from '../../../patterns/change-log/record.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { lastTick, takeTick, type Tick } from '../../../patterns/change-log/owner/tick.ts'
import { pooledDatabase } from '../../support/pooled-database.ts'

/** A connection of its own, for statements and transactions that interleave with others. */
export type Session = AsyncDisposable & { client: Client; sql: Sql; pid: number }

export type LogDatabase = AsyncDisposable & { url: string; session(): Promise<Session> }

/** An empty database with the tables of a log and of a consumer, for its owner. The log is not started. */
export async function openLogDatabase(): Promise<LogDatabase> {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await pooledDatabase(inject('superuserUrl')))
  const session = async () => stack.use(await openSession(url))
  const { client } = await session()
  for (const file of ['log.sql', 'consumer.sql'])
    await client.query(await readFile(join(root, 'patterns/change-log/sql', file), 'utf8'))
  const opened = stack.move()
  return {
    url,
    session: async () => opened.use(await openSession(url)),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function openSession(url: string): Promise<Session> {
  const client = new Client({ connectionString: url })
  // A test may end it from outside.
  client.on('error', () => {})
  await client.connect()
  const sql = sqlOf(client)
  const [row] = await sql<{ pid: number }>('select pg_backend_pid() as pid')
  return { client, sql, pid: row?.pid ?? 0, [Symbol.asyncDispose]: () => client.end() }
}

export function sqlOf(client: Client): Sql {
  return async (text, ...values) => (await client.query(text, values)).rows
}

/** A log that was started, and a session of its relay. */
export async function openLog(): Promise<
  AsyncDisposable & { database: LogDatabase; relay: Session; epoch: number }
> {
  const database = await openLogDatabase()
  const relay = await database.session()
  await startLog(relay.sql)
  const first = await lastTick(relay.sql)
  return {
    database,
    relay,
    epoch: first?.epoch ?? 0,
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

/** Writes events of one key, with these payloads. */
export async function write(sql: Sql, key: string, ...payloads: string[]): Promise<string | null> {
  const events = payloads.map((payload) => ({ key, type: 'test', version: 1, payload, touches: [key] }))
  return insertEvents(sql, events, () => null)
}

/** Takes the next tick, as the relay does. */
export async function tick(sql: Sql, force = true): Promise<Tick> {
  const last = await lastTick(sql)
  const taken = await takeTick(sql, last?.n ?? 0, force)
  if (typeof taken === 'string') throw new Error(`the tick is ${taken}`)
  return taken
}

/** The whole log after a position, page by page. */
export async function readAll(sql: Sql, after: Position, limit = 100): Promise<LogRecord[]> {
  const records: LogRecord[] = []
  for (let at = after; ;) {
    const page = await readLog(sql, at, limit)
    if (page.kind !== 'records') throw new Error(`the log is ${page.kind}`)
    if (page.records.length === 0) return records
    if (page.records.length > limit) throw new Error(`${page.records.length} records, not ${limit}`)
    records.push(...page.records.map(parseRecord))
    at = { epoch: at.epoch, offset: at.offset + page.records.length }
  }
}

/** The records as short text: the payload of an event, `|` for a control record. */
export function names(records: readonly LogRecord[]): string {
  return records.map((record) => (record.kind === 'event' ? String(record.payload) : '|')).join(' ')
}

/** Makes the transaction ids of a database be behind those of its ticks, as after a dump and restore. */
export const PUT_BEHIND = `update tick set cur = \
(pg_snapshot_xmin(cur)::text || ':' || pg_snapshot_xmax(cur)::text::bigint + 1000 || ':')::pg_snapshot`

export async function useXids(sql: Sql, count: number): Promise<void> {
  await sql(`do $$ begin for i in 1..${count} loop perform pg_current_xact_id(); commit; end loop; end $$`)
}
