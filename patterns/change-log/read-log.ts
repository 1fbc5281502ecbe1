import type { Position } from './position.ts'
import { DENSE, MOST_TICKS, SPARSE, TICKS, WHOLE, type EventRow, type TickRow } from './read-sql.ts'
import type { RawRecord } from './record.ts'
import type { Sql } from './sql-port.ts'
import { PAGE_ROWS } from './tick.ts'

/**
 * - `records`: what follows the position, in order and without a gap; none when it is the end
 * - `expired`: retention has deleted what follows
 * - `other-epoch`: the log is in another epoch now
 * - `ahead`: the log ends before the position: it has lost what was read before
 *
 * But for `records`, the reader must start again from the owner's state. `epoch` is that of the log.
 */
export type LogPage =
  | { kind: 'records'; records: RawRecord[] }
  | { kind: 'expired' | 'other-epoch' | 'ahead'; epoch: number }

/** Reads up to `limit` records after a position. Any connection to the primary will do. */
export async function readLog(sql: Sql, after: Position, limit: number): Promise<LogPage> {
  const from = after.offset + 1
  const rows = await sql<TickRow>(TICKS, after.epoch, from, Math.min(limit, MOST_TICKS))
  const ticks = rows.map(toTick)
  const first = ticks[0]
  if (!first || first.base > from) return unreadable(sql, after)
  const end = first.base + first.cnt
  if (from === end + 1) return { kind: 'records', records: [] }
  if (from > end) return { kind: 'ahead', epoch: after.epoch }
  const records =
    end - from >= limit || first.cnt > PAGE_ROWS
      ? await readPart(sql, first, from, limit)
      : await readWhole(sql, fitting(ticks, from, limit), from)
  return records ? { kind: 'records', records } : unreadable(sql, after)
}

type ReadTick = ReturnType<typeof toTick>

function toTick(row: TickRow) {
  return {
    n: Number(row.n),
    base: Number(row.base),
    cnt: Number(row.cnt),
    cur: row.cur,
    time: Number(row.time),
    page: Number(row.page),
    low: Number(row.low),
    high: Number(row.high),
  }
}

/** The first ticks, one at least, that are no more than `limit` records together. */
function fitting(ticks: readonly ReadTick[], from: number, limit: number): ReadTick[] {
  return ticks.filter(({ base, cnt }, i) => i === 0 || base + cnt < from + limit)
}

/** Null when a row is missing. */
async function readWhole(sql: Sql, ticks: readonly ReadTick[], from: number): Promise<RawRecord[] | null> {
  const rows = await sql<EventRow>(WHOLE, ticks[0]?.n, ticks.at(-1)?.n)
  const records: RawRecord[] = []
  let next = 0
  for (const tick of ticks) {
    for (let i = 0; i < tick.cnt; i++) {
      const row = rows[next++]
      if (Number(row?.n) !== tick.n || !row) return null
      records.push(event(tick.base + i, row))
    }
    records.push(control(tick))
  }
  return records.slice(from - (ticks[0]?.base ?? from))
}

/** A page of one tick that is too large to be read at once. Null when a row is missing. */
async function readPart(sql: Sql, tick: ReadTick, from: number, limit: number): Promise<RawRecord[] | null> {
  const end = tick.base + tick.cnt
  if (from === end) return [control(tick)]
  const start = tick.base + tick.page * PAGE_ROWS
  const rowsOfPage = Math.min(PAGE_ROWS, end - start)
  const wanted = Math.min(limit, start + rowsOfPage - from)
  const text = tick.high - tick.low < rowsOfPage * FAR ? DENSE : SPARSE
  const rows = await sql<EventRow>(text, tick.n, tick.low, tick.high, from - start, wanted)
  if (rows.length !== wanted) return null
  const records = rows.map((row, i) => event(from + i, row))
  if (from + wanted === end && wanted < limit) records.push(control(tick))
  return records
}

/** Rows that lie at most this far apart, on average, are found faster by passing over what is between them. */
const FAR = 8

function event(offset: number, { rest }: EventRow): RawRecord {
  return { offset, text: `{"kind":"event","offset":${offset},${rest}` }
}

function control({ n, base, cnt, cur, time }: ReadTick): RawRecord {
  const offset = base + cnt
  return { offset, text: `{"kind":"control","offset":${offset},"n":${n},"cur":"${cur}","time":${time}}` }
}

type State = { epoch: string; floor: string | null }

async function unreadable(sql: Sql, after: Position): Promise<LogPage> {
  const [state] = await sql<State>(
    'select epoch, (select min(base) from tick t where t.epoch = s.epoch) as floor from log_state s',
  )
  const epoch = Number(state?.epoch ?? 0)
  if (epoch !== after.epoch) return { kind: 'other-epoch', epoch }
  if (after.offset + 1 < Number(state?.floor)) return { kind: 'expired', epoch }
  throw new Error(`Rows of the outbox are missing after offset ${after.offset} of epoch ${epoch}.`)
}
