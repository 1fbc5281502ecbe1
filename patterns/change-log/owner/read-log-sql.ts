import { PAGE_ROWS } from './tick.ts'

const MILLISECONDS = (column: string) => `(extract(epoch from ${column}) * 1000)::bigint`

/** The rest of an event's record, after its offset and a comma. Joining text takes a third less time than JSON functions. */
const TEXT = `'"xid":"' || o.xid::text || '","key":' || to_json(o.key)::text || ',"type":' || to_json(o.type)::text
  || ',"version":' || o.version || ',"payload":' || o.payload::text
  || ',"touches":' || coalesce(array_to_json(o.touches)::text, 'null') || ',"headers":' || o.headers::text
  || ',"time":' || ${MILLISECONDS('o.time')} || '}'`

/** The rest of a control record. */
const CONTROL = `'"n":' || t.n || ',"cur":"' || t.cur::text || '","time":' || ${MILLISECONDS('t.time')}
  || coalesce(',"copies":' || t.copies::text, '') || '}'`

/** Joins a tick `t` to its rows. */
const ROWS = `cross join lateral (
    select * from outbox
    where xid >= pg_snapshot_xmax(t.prev) and xid < pg_snapshot_xmax(t.cur) and pg_visible_in_snapshot(xid, t.cur)
    union all
    select * from outbox
    where xid = any (array(select pg_snapshot_xip(t.prev))) and pg_visible_in_snapshot(xid, t.cur)
  ) o`

export type EventRow = { rest: string }
export type PageRow =
  | (EventRow & { base: null; cnt: null; fits: null })
  | (EventRow & { base: string; cnt: string; fits: boolean })

/** Maximum number of ticks that one page reads. Heartbeats and ticks of one row come in long runs. */
export const MAX_TICKS = 500

/**
 * Reads the log of epoch $1, from the tick that holds the offset before $2. Returns for each tick its rows, if it `fits`,
 * and then its control record. A tick fits if it is not passed yet, ends before offset $2 + $3, and is no longer than a
 * page. One statement reads ticks and rows. Retention deletes ticks before rows, so the statement may miss a tick with its
 * rows, but never a part of it.
 */
export const PAGE = `
  with t as materialized (
    select *, cnt <= ${PAGE_ROWS} and base + cnt >= $2 and base + cnt < $2 + $3 as fits
    from (select n, base, cnt, prev, cur, time, copies from tick
          where epoch = $1 and base <= $2::bigint + $3 and base >= coalesce(
            (select base from tick where epoch = $1 and base < $2 order by base desc limit 1), $2)
          order by base limit ${MAX_TICKS}) ticks
  )
  select t.n, o.seq, null as base, null as cnt, null as fits, ${TEXT} as rest
  from t
  ${ROWS}
  where t.fits
  union all
  select t.n, null, t.base, t.cnt, t.fits, ${CONTROL} from t
  order by n, seq`

export type PlaceRow = {
  n: string
  base: string
  cnt: string
  page: string
  low: string | null
  high: string | null
  rest: string
}

/**
 * The tick of epoch $1 that holds offset $2. `page` is the number of the page of `PAGE_ROWS` rows that holds the offset.
 * `low` is the seq of the first row of that page, and `high` is the highest seq that a row of it can have.
 */
export const PLACE = `
  select n, base, cnt, page, marks[page + 1] as low, ${CONTROL} as rest,
         case when (page + 1) * ${PAGE_ROWS} < cnt then marks[page + 2] - 1 else marks[cardinality(marks)] end as high
  from (select *, (($2::bigint - base) / ${PAGE_ROWS})::integer as page from tick
        where epoch = $1 and base <= $2 order by base desc limit 1) t
  where base + cnt >= $2`

/**
 * Rows of tick $1 whose seq is from $2 to $3. Skips the first $4, and returns at most $5. For rows that lie close together.
 */
export const DENSE = `
  select ${TEXT} as rest
  from tick t, outbox o
  where t.n = $1 and o.seq between $2 and $3
    and not pg_visible_in_snapshot(o.xid, t.prev) and pg_visible_in_snapshot(o.xid, t.cur)
  order by o.seq offset $4 limit $5`

/** The same for rows that lie far apart, such as a row that was committed long after it was written. */
export const SPARSE = `
  select ${TEXT} as rest
  from (select * from tick where n = $1 offset 0) t
  ${ROWS}
  where o.seq + 0 between $2 and $3
  order by o.seq offset $4 limit $5`
