import type { UsageExport } from './usage-export.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export type Recording = {
  /** Why what it does not show may be used nevertheless. Null if it covers the whole window. */
  fault: string | null
  /** One line for a person: `window: 30 days to 2026-11-30; 1,234,567 requests of 42 operations`. */
  description: string
  /** Requests before this do not count. In ms since 1970. */
  since: number
}

/** Maximum age of a recording, in days: what clients began to use later, it does not show. */
const MAX_AGE_DAYS = 7

/**
 * Judges whether a recording covers the window, which ends where the recording ends.
 *
 * @param today in UTC, as `YYYY-MM-DD`.
 */
export function describeRecording(
  { from, to, operations, gaps = [] }: UsageExport,
  windowDays: number,
  today: string,
): Recording {
  const since = Date.parse(to) - windowDays * DAY_MS
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS)
  const requests = operations.flatMap(({ clients }) => clients).reduce((sum, { count }) => sum + count, 0)
  const stale = Date.parse(today) - Date.parse(to) > MAX_AGE_DAYS * DAY_MS
  const full = Date.parse(from) <= since
  const window = full ? `window: ${windowDays} days` : `recorded: ${days} of ${windowDays} days`
  const shortGaps = gaps.filter((gap) => Date.parse(gap.to) > since).length
  const description = `${window} to ${to.slice(0, 10)}; ${counted(requests, 'request')} of ${counted(operations.length, 'operation')}${shortGaps > 0 ? `; ${counted(shortGaps, 'short gap')}` : ''}`
  const short = full ? null : `does not cover the window${beginning({ from, gaps })}`
  const fault = stale ? `ended more than ${MAX_AGE_DAYS} days ago` : short
  return { fault, description, since }
}

/** Why a recording begins where it does. Empty if there is no recording before. */
function beginning({ from, gaps }: { from: string; gaps: NonNullable<UsageExport['gaps']> }): string {
  const reasons = gaps.filter(({ to }) => Date.parse(to) === Date.parse(from)).map(({ reason }) => reason)
  return reasons.length > 0 ? `. It begins after a gap: ${reasons.join(' ').replace(/\.$/, '')}` : ''
}

/** `1,234,567 requests`, `1 request` */
export const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
