import { PAGE_ROWS } from './tick.ts'

/** Ticks read by one page: heartbeats and ticks of one row are met in long runs. */
export const MOST_TICKS = 500

export type TickRow = {
  n: string
  base: string
  cnt: string
  cur: string
  time: string
  page: string
  low: string | null
  high: string | null
}

const MILLISECONDS = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`

/**
 * Ticks of epoch $1 from the one that holds offset $2 on, $3 at most. `page`: number of the page of `PAGE_ROWS` rows
 * that holds the offset, or the first one; `low` and `high`: the seq of its first row, and the highest it can have.
 */
export const TICKS = `
  select n, base, cnt, cur::text as cur, ${MILLISECONDS('time')} as time, page, marks[page + 1] as low,
         case when (page + 1) * ${PAGE_ROWS} < cnt then marks[page + 2] - 1 else marks[cardinality(marks)] end as high
  from (select *, (greatest($2::bigint - base, 0) / ${PAGE_ROWS})::integer as page from tick
        where epoch = $1 and base >= coalesce(
          (select base from tick where epoch = $1 and base <= $2 order by base desc limit 1), $2)
        order by base limit $3) t
  order by base`

/** The end of an event's record: a comma is to stand before it. Joined text takes a third less time than json functions. */
const TEXT = `'"xid":"' || o.xid::text || '","key":' || to_json(o.key)::text || ',"type":' || to_json(o.type)::text
  || ',"version":' || o.version || ',"payload":' || o.payload::text
  || ',"touches":' || coalesce(array_to_json(o.touches)::text, 'null') || ',"headers":' || o.headers::text
  || ',"time":' || ${MILLISECONDS('o.time')} || '}'`

export type EventRow = { n: string; rest: string }

/**
 * The rows of ticks $1 to $2. Tick and rows are read by one statement: retention, which deletes ticks before rows,
 * can make it miss both, never a part.
 */
export const WHOLE = `
  select t.n, ${TEXT} as rest
  from (select * from tick where n between $1 and $2 offset 0) t
  cross join lateral (
    select * from outbox
    where xid >= pg_snapshot_xmax(t.prev) and xid < pg_snapshot_xmax(t.cur) and pg_visible_in_snapshot(xid, t.cur)
    union all
    select * from outbox
    where xid = any (array(select pg_snapshot_xip(t.prev))) and pg_visible_in_snapshot(xid, t.cur)
  ) o
  order by t.n, o.seq`

/** Rows of tick $1 whose seq is from $2 to $3, without the first $4, and $5 at most: when they lie close together. */
export const DENSE = `
  select t.n, ${TEXT} as rest
  from tick t, outbox o
  where t.n = $1 and o.seq between $2 and $3
    and not pg_visible_in_snapshot(o.xid, t.prev) and pg_visible_in_snapshot(o.xid, t.cur)
  order by o.seq offset $4 limit $5`

/** The same for rows that lie far apart, as with one that committed long after it was written. */
export const SPARSE = `
  select t.n, ${TEXT} as rest
  from (select * from tick where n = $1 offset 0) t
  cross join lateral (
    select * from outbox
    where xid >= pg_snapshot_xmax(t.prev) and xid < pg_snapshot_xmax(t.cur) and pg_visible_in_snapshot(xid, t.cur)
    union all
    select * from outbox
    where xid = any (array(select pg_snapshot_xip(t.prev))) and pg_visible_in_snapshot(xid, t.cur)
  ) o
  where o.seq + 0 between $2 and $3
  order by o.seq offset $4 limit $5`
