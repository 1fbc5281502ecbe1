import type { UsageExport } from './usage-export.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export type Recording = {
  /** It covers the whole window, so what it does not show was not used. */
  covers: boolean
  /** One line for a person: `window: 30 days to 2026-11-30; 1,234,567 requests of 42 operations`. */
  description: string
  /** Requests before this do not count. In ms since 1970. */
  since: number
}

/** Judges whether a recording covers the window, which ends where the recording ends. */
export function describeRecording({ from, to, operations }: UsageExport, windowDays: number): Recording {
  const since = Date.parse(to) - windowDays * DAY_MS
  const days = Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS)
  const requests = operations.flatMap(({ clients }) => clients).reduce((sum, { count }) => sum + count, 0)
  const covers = Date.parse(from) <= since
  const window = covers ? `window: ${windowDays} days` : `recorded: ${days} of ${windowDays} days`
  const description = `${window} to ${to.slice(0, 10)}; ${counted(requests, 'request')} of ${counted(operations.length, 'operation')}`
  return { covers, description, since }
}

/** `1,234,567 requests`, `1 request` */
export const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`
