import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Pool } from 'pg'
import { inject } from 'vitest'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import {
  append,
  readStreams,
  type Append,
  type Appended,
  type EventSchemas,
} from '../../../patterns/event-store/index.ts'
import { pooledSql } from '../../../platform/postgres/pooled-sql.ts'
import { root } from '../../../platform/root.ts'
import { pooledDatabase } from '../../support/pooled-database.ts'

export type Store = AsyncDisposable & { url: string; sql: Sql; transact: Transact }

/** An empty event store, for its owner, and what else `tables` creates. */
export async function openStore(tables = ''): Promise<Store> {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await pooledDatabase(inject('superuserUrl')))
  const pool = stack.adopt(new Pool({ connectionString: url, max: 12 }), (opened) => opened.end())
  // A test may end connections from outside.
  pool.on('error', () => {})
  await pool.query(await readFile(join(root, 'patterns/event-store/sql/event-store.sql'), 'utf8'))
  if (tables !== '') await pool.query(tables)
  const opened = stack.move()
  return { url, ...pooledSql(pool), [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** The schemas of tests that need only one type. */
export const SCHEMAS: EventSchemas = { Happened: { schema: 1 } }

/** Appends events of one number each: `to('a', 0, 1, 2)` appends 1 and 2 to the stream a, which must be empty. */
export function to(stream: string, expectedVersion: number, ...numbers: number[]): Append {
  return { stream, expectedVersion, events: numbers.map((n) => ({ type: 'Happened', data: { n } })) }
}

/** Appends in a transaction of its own, or in `tx`. */
export function appendTo(tx: Sql, appends: readonly Append[], clock = () => 1_000): Promise<Appended> {
  return append(tx, appends, { schemas: SCHEMAS, clock })
}

/** The numbers in a stream, in order of version. */
export async function numbersIn(sql: Sql, stream: string): Promise<number[]> {
  const events = (await readStreams(sql, [stream], SCHEMAS)).get(stream) ?? []
  return events.map(({ data }) => (data as { n: number }).n)
}

/** Milliseconds of the times of a stream's events. */
export async function timesOf(sql: Sql, stream: string): Promise<number[]> {
  const events = (await readStreams(sql, [stream], SCHEMAS)).get(stream) ?? []
  return events.map(({ recordedAt }) => recordedAt.getTime())
}
