import type { Position } from '../position.ts'
import { sqlState, type Sql } from '../sql-port.ts'

/** Rows between two remembered places of a tick, and so the longest page that is read of one. */
export const PAGE_ROWS = 2_000

/** A batch of the log. Its rows have the offsets base to base + cnt - 1, its control record base + cnt. */
export type Tick = { n: number; epoch: number; base: number; cnt: number }

/**
 * - a tick: it is durable, and so is every transaction it sees
 * - `quiet`: nothing was written since the last one, and none was forced
 * - `fenced`: somebody else took this tick; whoever asked is not the relay any more
 */
export type Taken = Tick | 'quiet' | 'fenced'

/**
 * Takes the tick after number `last`, in one statement: what it sees, what it counts and what it writes belong to one
 * snapshot, so there never is a tick half done. The primary key lets one relay succeed.
 *
 * @param force also takes an empty tick
 * @param copies whether the database keeps copies of others, see `keepsCopies`
 */
export async function takeTick(sql: Sql, last: number, force: boolean, copies = false): Promise<Taken> {
  try {
    const [row] = await sql<Row>(copies ? TAKE_WITH_COPIES : TAKE, last, force)
    if (row) return toTick(row)
    // A forced tick fails to come only when number `last` is gone: somebody went on, and retention after that.
    return force ? 'fenced' : 'quiet'
  } catch (error) {
    if (sqlState(error) === UNIQUE_VIOLATION) return 'fenced'
    throw error
  }
}

/** The last tick; null when the log was never started. */
export async function lastTick(sql: Sql): Promise<Tick | null> {
  const [row] = await sql<Row>('select n, epoch, base, cnt from tick order by n desc limit 1')
  return row ? toTick(row) : null
}

/** Whether this database keeps copies of other databases: it has the tables of a consumer. */
export async function keepsCopies(sql: Sql): Promise<boolean> {
  const [row] = await sql<{ keeps: boolean }>("select to_regclass('consumer_offset') is not null as keeps")
  return row?.keeps ?? false
}

/** Where the log ends after this tick. */
export function endOf({ epoch, base, cnt }: Tick): Position {
  return { epoch, offset: base + cnt }
}

const UNIQUE_VIOLATION = '23505'

type Row = { n: string; epoch: string; base: string; cnt: string }

function toTick({ n, epoch, base, cnt }: Row): Tick {
  return { n: Number(n), epoch: Number(epoch), base: Number(base), cnt: Number(cnt) }
}

/**
 * A row that this statement can read is visible in the snapshot it writes as `cur`: both are its own. Rows that `prev`
 * does not see are those of transactions from its xmax on, and of those that were under way; each has an index range.
 * The time is that of the statement's arrival, before its snapshot: the tick knows everything committed by then.
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
 * The copies are read in the snapshot that is written as `cur`. So a reader of this tick that is shown a copy knows exactly
 * how far that copy was: read any later, `cur` could name an upstream transaction whose effect is in no tick yet.
 */
const TAKE_WITH_COPIES = takeText(`(
    select jsonb_agg(jsonb_build_object('source', c.source, 'epoch', c.epoch, 'cur', case when not exists (
             select from parked_key k where (k.consumer, k.source) = (c.consumer, c.source)
           ) then c.cur end) order by c.source, c.consumer)
    from consumer_offset c)`)
