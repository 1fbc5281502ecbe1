import type { Position } from '../position.ts'
import { sqlState, type Sql } from '../../../contracts/sql.ts'

/** Number of rows between two marks of a tick. It is also the longest page that is read of one tick. */
export const PAGE_ROWS = 2_000

/**
 * A batch of the log. Its rows have the offsets `base` to `base + cnt - 1`. Its control record has the offset `base + cnt`.
 */
export type Tick = { n: number; epoch: number; base: number; cnt: number }

/**
 * - a tick: it is durable, and so is every transaction that it sees
 * - `quiet`: nothing was written since the last tick, and none was forced
 * - `fenced`: another relay took this tick, so the caller is no longer the leading relay
 */
export type Taken = Tick | 'quiet' | 'fenced'

/**
 * Takes the tick after number `last`, in one statement. Its reads, its count and its row belong to one snapshot, so a tick
 * is never incomplete. The primary key lets only one relay succeed.
 *
 * @param force also takes an empty tick
 * @param copies whether the database keeps copies of other databases; see `keepsCopies`
 */
export async function takeTick(sql: Sql, last: number, force: boolean, copies = false): Promise<Taken> {
  try {
    const [row] = await sql<Row>(copies ? TAKE_WITH_COPIES : TAKE, last, force)
    if (row) return toTick(row)
    // A forced tick returns no row only if tick `last` is gone: another relay took later ticks, and retention deleted it.
    return force ? 'fenced' : 'quiet'
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return 'fenced'
    throw error
  }
}

/** The last tick. Null if the log was never started. */
export async function lastTick(sql: Sql): Promise<Tick | null> {
  const [row] = await sql<Row>('select n, epoch, base, cnt from tick order by n desc limit 1')
  return row ? toTick(row) : null
}

/** Whether this database keeps copies of other databases: it has the tables of a consumer. */
export async function keepsCopies(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ keeps: boolean }>("select to_regclass('consumer_offset') is not null as keeps")
  return row?.keeps ?? false
}

/** The end of the log after this tick. */
export function endOf({ epoch, base, cnt }: Tick): Position {
  return { epoch, offset: base + cnt }
}

const UNIQUE_VIOLATION = '23505'

type Row = { n: string; epoch: string; base: string; cnt: string }

function toTick({ n, epoch, base, cnt }: Row): Tick {
  return { n: Number(n), epoch: Number(epoch), base: Number(base), cnt: Number(cnt) }
}

/**
 * Every row that this statement reads is visible in the snapshot that it writes as `cur`, because both belong to the
 * statement. The rows that `prev` does not see were written by transactions from its xmax on, or by transactions that were
 * in progress. Each of these has an index range. `time` is the arrival of the statement, before its snapshot: the tick sees
 * everything that was committed by then.
 */
const takeText = (copies: string) => `
  with last as materialized (
    select n, epoch, cur, base + cnt + 1 as base from tick where n = $1
  ), batch as (
    select seq from outbox where xid >= (select pg_snapshot_xmax(cur) from last)
    union all
    select seq from outbox where xid = any (array(select pg_snapshot_xip(cur) from last))
  ), numbered as (
    select seq, row_number() over (order by seq) - 1 as i from batch
  ), counted as (
    select count(*) as cnt, coalesce(max(seq), 0) as top,
           coalesce(array_agg(seq order by seq) filter (where i % ${PAGE_ROWS} = 0), '{}') as marks
    from numbered
  )
  insert into tick (n, epoch, prev, cur, base, cnt, marks, time, copies)
  select last.n + 1, last.epoch, last.cur, pg_current_snapshot(), last.base, cnt,
         case when cnt % ${PAGE_ROWS} = 1 or cnt = 0 then marks else marks || top end, statement_timestamp(),
         ${copies}
  from last, counted
  where $2::boolean or cnt > 0
  returning n, epoch, base, cnt`

const TAKE = takeText('null')

/**
 * The positions of the copies are read in the snapshot that is written as `cur`. So a reader of this tick that gets a copy
 * has the exact position of that copy. If they were read later, the `cur` of a copy could name a transaction of its source
 * whose effect is in no tick yet.
 */
const TAKE_WITH_COPIES = takeText(`(
    select jsonb_agg(jsonb_build_object('source', c.source, 'epoch', c.epoch, 'cur', case when not exists (
             select from parked_key k where (k.consumer, k.source) = (c.consumer, c.source)
           ) then c.cur end) order by c.source, c.consumer)
    from consumer_offset c)`)
