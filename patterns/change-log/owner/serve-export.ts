import { Readable } from 'node:stream'
import type { Client } from 'pg'
import { preparedSql } from './connection.ts'
import { writeEnd, writeStart } from '../export/export-text.ts'
import { beginExport, type ExportStart } from '../export/export.ts'
import type { Sql } from '../../../contracts/sql.ts'

/** Number of rows that are read at once. */
const PAGE = 2_000

/**
 * Settings of the export's own connection. The timeouts limit the wait for a reader that has stopped reading, because its
 * snapshot keeps the whole database from being vacuumed. A single page may take as long.
 */
const SETTINGS = `
  select set_config('idle_in_transaction_session_timeout', '600000', false),
         set_config('statement_timeout', '600000', false)`

export type ServeExport = {
  /** Opens a connection to the primary, which the export closes. */
  connect: () => Promise<Client>
  /** The query that is exported, a constant: `select id, handle from users`. No column may be named `end`. */
  query: string
}

/**
 * Reads the owner's state as text (see `export-text.ts`), in one snapshot, as fast as the reader takes it. Destroying the
 * stream closes its connection.
 *
 * @param gone aborted when the reader disconnects
 * @throws any error of the database before the first row
 */
export async function serveExport({ connect, query }: ServeExport, gone?: AbortSignal): Promise<Readable> {
  const client = await connect()
  await using opening = new AsyncDisposableStack()
  opening.defer(() => client.end().catch(() => {}))
  client.on('error', () => {})
  const sql = preparedSql(client)
  await sql(SETTINGS)
  await sql('begin isolation level repeatable read read only')
  const start = await beginExport(sql)
  await sql(`declare exported no scroll cursor for select row_to_json(r)::text as row from (${query}) r`)
  const text = Readable.from(textOf(sql, start), { objectMode: false })
  const opened = opening.move()
  // Closes the connection even if no line was read and the generator never ran.
  text.once('close', () => void opened.disposeAsync())
  const end = () => void text.destroy()
  gone?.addEventListener('abort', end, { once: true })
  text.once('close', () => gone?.removeEventListener('abort', end))
  if (gone?.aborted) end()
  return text
}

async function* textOf(sql: Sql, start: ExportStart) {
  yield writeStart(start)
  let count = 0
  for (;;) {
    const rows = await sql<{ row: string }>(`fetch ${PAGE} from exported`)
    if (rows.length === 0) break
    count += rows.length
    yield rows.map(({ row }) => `${row}\n`).join('')
  }
  yield writeEnd(count)
}
