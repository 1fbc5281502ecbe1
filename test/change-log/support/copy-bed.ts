import { Pool } from 'pg'
import { expect } from 'vitest'
import type { Handler } from '../../../patterns/change-log/consumer/handler.ts'
import { feedReader, getByFetch } from '../../../patterns/change-log/transports/feed-reader.ts'
import {
  type RunningConsumer,
  runConsumer,
  type RunConsumerOptions,
} from '../../../patterns/change-log/consumer/run-consumer.ts'
import type { Copy } from '../../../patterns/change-log/consumer/rebuild-from.ts'
import type { OpenExport } from '../../../patterns/change-log/export/export-text.ts'
import { pooledSql } from '../../../platform/postgres/pooled-sql.ts'
import type { TokenEntry } from '../../../contracts/consistency.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import { openLogDatabase } from './log-database.ts'
import type { Owner } from './owner-bed.ts'

export const COPIES = { consumer: 'copies', source: 'users' }

export type CopyBed = AsyncDisposable & {
  sql: Sql
  transact: Transact
  /** Statements that went through `sql`. */
  statements(): number
  copy(): Promise<{ key: string; n: number }[]>
  /** What consumers have reported. */
  said: string[]
  openExport: OpenExport
  /** Starts one, as a process would. Stopped at the end, if not before. */
  consume(options?: Partial<RunConsumerOptions>): RunningConsumer
}

/** A database of its own that keeps a copy of the owner's state. */
export async function openCopyBed(owner: Owner): Promise<CopyBed> {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await openLogDatabase())
  const pool = new Pool({ connectionString: database.url, max: 10 })
  pool.on('error', () => {})
  stack.defer(() => pool.end())
  let statements = 0
  const { sql: run, transact } = pooledSql(pool)
  const sql: Sql = (text, ...values) => {
    statements++
    return run(text, ...values)
  }
  await sql('create table copy (key text primary key, n integer not null)')
  const said: string[] = []
  const openExport: OpenExport = async (stop) => {
    const response = await fetch(`${owner.url}/log/export`, { signal: stop })
    if (response.status === 200 && response.body) return bodyOf(response)
    throw new Error(await response.text())
  }
  const opened = stack.move()
  return {
    sql,
    transact,
    statements: () => statements,
    copy: () => sql('select key, n from copy order by key'),
    said,
    openExport,
    consume: (options = {}) =>
      opened.use(
        runConsumer({
          name: COPIES,
          feed: feedReader(`${owner.url}/log`, getByFetch),
          transport: null,
          openExport,
          reportPosition: async ({ epoch, offset }, stop) => {
            const body = JSON.stringify({ consumer: COPIES.consumer, epoch, offset })
            await fetch(`${owner.url}/log/consumers`, { method: 'POST', body, signal: stop })
          },
          sql,
          transact,
          handler: counting,
          copy: COPY,
          report: (_, message) => void said.push(message),
          clock: () => performance.now(),
          reportPositionMs: 50,
          retryMs: 20,
          ...options,
        }),
      ),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

export const counting: Handler = {
  versions: { added: 1 },
  async apply(tx, events) {
    for (const { key, payload } of events) {
      await tx(
        'insert into copy values ($1, $2) on conflict (key) do update set n = copy.n + excluded.n',
        key,
        payload,
      )
    }
  },
}

export const COPY: Copy = {
  clear: async (tx) => void (await tx('delete from copy')),
  async add(tx, rows) {
    await tx(
      `insert into copy select key, n from json_to_recordset($1) as r (key text, n integer)`,
      JSON.stringify(rows),
    )
  },
}

/** What a token says of these xids, in the owner's epoch. */
export function entry(owner: Owner, ...xids: string[]): TokenEntry {
  return ['users', owner.log.epoch, xids]
}

/** Resolves when the copy is as the state is. */
export async function same(owner: Owner, bed: CopyBed): Promise<void> {
  const equal = async () => JSON.stringify(await bed.copy()) === JSON.stringify(await owner.state())
  await expect.poll(equal).toBe(true)
}

/** Node cancels the body of a response that has been garbage collected before anybody reads it, so this keeps both. */
async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  if (response.body) for await (const chunk of response.body) yield chunk
}
