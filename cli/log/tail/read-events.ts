import type { Sql } from '../../../contracts/sql.ts'
import {
  serveFeed,
  createSignal,
  feedReader,
  type EventRecord,
  type LogReader,
  type Position,
} from '../../../patterns/change-log/index.ts'

/** Number of records per read. */
const PAGE = 1_000

export type Wanted = (event: EventRecord) => boolean

/** Reads a log from its database in the form in which its feed serves it. */
export function databaseReader(sql: Sql): LogReader {
  const feed = { sql, ticked: createSignal(), clock: () => performance.now() }
  return feedReader('', async (url, stop) => {
    const { body } = await serveFeed(feed, new URLSearchParams(url.slice(1)), stop)
    return body
  })
}

/**
 * Yields the events after a position, up to and including the offset `to`, in order. Stops earlier at the end of the
 * log.
 */
export async function* readRange(
  reader: LogReader,
  after: Position,
  to: number,
  stop: AbortSignal,
): AsyncGenerator<EventRecord, void, undefined> {
  let offset = after.offset
  while (offset < to && !stop.aborted) {
    const page = await reader.read({ epoch: after.epoch, offset }, Math.min(PAGE, to - offset), 0, stop)
    if (page.kind !== 'records' || page.records.length === 0) return
    for (const record of page.records) if (record.kind === 'event') yield record
    offset += page.records.length
  }
}

/**
 * Reads the last `most` events that are wanted, in order. The range that it searches grows, because a quiet log
 * contains mostly heartbeats.
 */
export async function readLast(
  reader: LogReader,
  { begin, end }: { begin: Position; end: Position },
  most: number,
  wanted: Wanted,
  stop: AbortSignal,
): Promise<EventRecord[]> {
  let events: EventRecord[] = []
  let to = end.offset
  for (let size = PAGE; events.length < most && to > begin.offset && !stop.aborted; size *= 4) {
    const offset = Math.max(begin.offset, to - size)
    const found: EventRecord[] = []
    for await (const event of readRange(reader, { epoch: end.epoch, offset }, to, stop)) {
      if (wanted(event)) found.push(event)
    }
    events = [...found, ...events]
    to = offset
  }
  return most === 0 ? [] : events.slice(-most)
}
