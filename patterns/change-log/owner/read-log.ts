import type { Position } from '../position.ts'
import {
  DENSE,
  MAX_TICKS,
  PAGE,
  PLACE,
  SPARSE,
  type EventRow,
  type PageRow,
  type PlaceRow,
} from './read-log-sql.ts'
import type { RawRecord } from '../record.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { PAGE_ROWS } from './tick.ts'

/**
 * - `records`: the records after the position, in order and without a gap. Empty at the end of the log. `more`: further
 *   records may follow
 * - `expired`: retention has deleted the records after the position
 * - `other-epoch`: the log is in another epoch now
 * - `ahead`: the log ends before the position, so it has lost records that were read before
 *
 * Except for `records`, the reader must start again from the owner's state. `epoch` is the epoch of the log.
 */
export type LogPage =
  | { kind: 'records'; records: RawRecord[]; more: boolean }
  | { kind: 'expired' | 'other-epoch' | 'ahead'; epoch: number }

/** Reads up to `limit` records after a position. `sql` may use any connection to the primary. */
export async function readLog(sql: Sql, after: Position, limit: number): Promise<LogPage> {
  const from = after.offset + 1
  const rows = await sql<PageRow>(PAGE, after.epoch, from, Math.min(limit, PAGE_ROWS))
  const { records, last, more } = joinTicks(rows, from)
  if (last === null) return unreadable(sql, after)
  if (records.length > 0 || last === after.offset) return { kind: 'records', records, more }
  if (last < after.offset) return { kind: 'ahead', epoch: after.epoch }
  const part = await readPart(sql, after, limit)
  return part ? { kind: 'records', records: part, more: true } : unreadable(sql, after)
}

/**
 * @returns the records from `from` on. `last` is the offset where reading ended, or null if a row is missing. `more`:
 *   further ticks may follow. If the first tick to read does not fit, `last` is the end of that tick
 */
function joinTicks(rows: readonly PageRow[], from: number) {
  const records: RawRecord[] = []
  let last: number | null = null
  let texts: string[] = []
  for (const { base, cnt, fits, rest } of rows) {
    if (base === null) {
      texts.push(rest)
      continue
    }
    const start = Number(base)
    const end = start + Number(cnt)
    if (last === null && start > from) return MISSING
    if (!fits && end >= from) return { records, last: records.length > 0 ? last : end, more: true }
    last = end
    if (!fits) continue
    if (texts.length !== end - start) return MISSING
    for (const [i, text] of texts.entries()) if (start + i >= from) records.push(event(start + i, text))
    records.push(control(end, rest))
    texts = []
  }
  return { records, last, more: rows.length >= MAX_TICKS }
}

const MISSING = { records: [], last: null, more: false }

/** Reads a page of one tick that is too large to be read at once. Null if a row is missing. */
async function readPart(sql: Sql, after: Position, limit: number): Promise<RawRecord[] | null> {
  const from = after.offset + 1
  const [place] = await sql<PlaceRow>(PLACE, after.epoch, from)
  if (!place) return null
  const [base, low, high] = [Number(place.base), Number(place.low), Number(place.high)]
  const end = base + Number(place.cnt)
  if (from === end) return [control(end, place.rest)]
  const start = base + Number(place.page) * PAGE_ROWS
  const rowsOfPage = Math.min(PAGE_ROWS, end - start)
  const wanted = Math.min(limit, start + rowsOfPage - from)
  const text = high - low < rowsOfPage * FAR ? DENSE : SPARSE
  const rows = await sql<EventRow>(text, place.n, low, high, from - start, wanted)
  if (rows.length !== wanted) return null
  const records = rows.map(({ rest }, i) => event(from + i, rest))
  if (from + wanted === end && wanted < limit) records.push(control(end, place.rest))
  return records
}

/** If rows lie at most this far apart on average, it is faster to read their whole range of seq and skip the others. */
const FAR = 8

function event(offset: number, rest: string): RawRecord {
  return { offset, text: `{"kind":"event","offset":${offset},${rest}` }
}

function control(offset: number, rest: string): RawRecord {
  return { offset, text: `{"kind":"control","offset":${offset},${rest}` }
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
