import { COLUMNS, TEXT } from './text.ts'

/** Runs SQL with `$1`, …; each text is prepared once. */
type Sql = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

/**
 * The shapes that outbox libraries have: take a batch by `for update skip locked`, publish it, and before the commit
 * - `delete`: the rows went with the statement that took them
 * - `beside`: they are deleted while they are published
 * - `mark`: they are marked as published, and skipped by a partial index from then on
 */
export const WAYS = ['delete', 'beside', 'mark'] as const
export type Way = (typeof WAYS)[number]

/** The table `queue`, empty. */
export function createQueue(way: Way): string {
  const marked = way === 'mark' ? ', published boolean not null default false' : ''
  const index = way === 'mark' ? 'create index queue_waiting on queue (seq) where not published;' : ''
  return `drop table if exists queue; create table queue (${COLUMNS}${marked}); ${index}`
}

export type WorkerOptions = {
  /** A connection of its own. */
  sql: Sql
  way: Way
  /** Most rows of one transaction. */
  batch: number
  append: (texts: readonly string[]) => Promise<unknown>
  /** Resolves when there may be something again. */
  idle: () => Promise<void>
}

type Row = { seq: string; rest: string }

/** Publishes what is in the queue, until `stop` is aborted. Any number may run; with two, the order is lost. */
export async function runWorker(
  { sql, way, batch, append, idle }: WorkerOptions,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await sql('begin')
    const rows = await sql<Row>(TAKE[way], batch)
    if (rows.length > 0) {
      // `returning` promises no order.
      rows.sort((a, b) => Number(a.seq) - Number(b.seq))
      const published = append(rows.map(({ seq, rest }) => `{"kind":"event","offset":${seq},${rest}`))
      if (way === 'beside') {
        await Promise.all([
          published,
          sql(
            DELETE,
            rows.map(({ seq }) => seq),
          ),
        ])
      } else await published
    }
    await sql('commit')
    if (rows.length === 0) await idle()
  }
}

/** By ctid: no second look into the index. */
const TAKE: Record<Way, string> = {
  delete: `
    delete from queue where ctid = any (array(
      select ctid from queue order by seq limit $1 for update skip locked
    )) returning seq, ${TEXT} as rest`,
  beside: `select seq, ${TEXT} as rest from queue order by seq limit $1 for update skip locked`,
  mark: `
    update queue set published = true where ctid = any (array(
      select ctid from queue where not published order by seq limit $1 for update skip locked
    )) returning seq, ${TEXT} as rest`,
}

const DELETE = 'delete from queue where seq = any ($1::bigint[])'
