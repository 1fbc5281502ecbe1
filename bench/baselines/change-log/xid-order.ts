import { COLUMNS, TEXT } from './text.ts'

type Sql = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

/** The table `queue`, empty. */
export const CREATE_XID_QUEUE = `
  drop table if exists queue;
  create table queue (${COLUMNS}, xid xid8 not null default pg_current_xact_id());
  create index queue_xid on queue (xid, seq)`

export type XidReaderOptions = {
  sql: Sql
  batch: number
  append: (texts: readonly string[]) => Promise<unknown>
  idle: () => Promise<void>
}

type Row = { xid: string; seq: string; rest: string }

/**
 * Publishes the queue in the order of transactions, up to the oldest that is under way anywhere in the instance: the
 * well-known answer to `seq > cursor`, which loses events. Until `stop` is aborted.
 */
export async function readByXid(
  { sql, batch, append, idle }: XidReaderOptions,
  stop: AbortSignal,
): Promise<void> {
  let [xid, seq] = ['0', '0']
  while (!stop.aborted) {
    const rows = await sql<Row>(TAKE, xid, seq, batch)
    const last = rows.at(-1)
    if (last) {
      await append(rows.map((row) => `{"kind":"event","offset":${row.seq},${row.rest}`))
      ;({ xid, seq } = last)
    } else await idle()
  }
}

const TAKE = `
  select xid::text, seq, ${TEXT} as rest from queue
  where (xid, seq) > ($1::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot())
  order by queue.xid, seq limit $3`
