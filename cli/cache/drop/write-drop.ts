import { checkEvent, event } from '../../../contracts/events.ts'
import {
  insertEvents,
  MAX_TOUCHES,
  type LogReader,
  type Position,
} from '../../../patterns/change-log/index.ts'
import type { OpenDatabase } from '../../log/open-database.ts'

/**
 * Writes the event of a drop, or several if the facets are too many for one.
 *
 * @param facets null for the whole database
 * @returns the id of the transaction
 */
export async function writeDrop(
  { transact }: Pick<OpenDatabase, 'transact'>,
  facets: readonly string[] | null,
): Promise<string> {
  const events = chunksOf(facets).map((touches) => event('cache.dropped', {}, touches))
  const xid = await transact((tx) => insertEvents(tx, events, checkEvent))
  if (xid === null) throw new Error('no event was written')
  return xid
}

function chunksOf(facets: readonly string[] | null): (readonly string[] | null)[] {
  if (facets === null) return [null]
  return Array.from({ length: Math.ceil(facets.length / MAX_TOUCHES) }, (_, i) =>
    facets.slice(i * MAX_TOUCHES, (i + 1) * MAX_TOUCHES),
  )
}

/**
 * Waits for the tick with the first event of a transaction.
 *
 * @param from a position from before the event was written
 * @param waitMs maximum wait. Milliseconds
 * @param clock monotonic, in milliseconds
 * @returns the position of that event. Null if no tick had it in time
 */
export async function awaitTick(
  reader: LogReader,
  from: Position,
  xid: string,
  { waitMs, clock, stop }: { waitMs: number; clock: () => number; stop: AbortSignal },
): Promise<Position | null> {
  const until = clock() + waitMs
  let at = from
  while (!stop.aborted) {
    const left = until - clock()
    if (left <= 0) return null
    const page = await reader.read(at, 1_000, left, stop)
    // A new epoch drops everything that is cached of the database, so nothing remains to wait for.
    if (page.kind !== 'records') return page.kind === 'other-epoch' ? { epoch: page.epoch, offset: 0 } : null
    const found = page.records.find((record) => record.kind === 'event' && record.xid === xid)
    if (found) return { epoch: at.epoch, offset: found.offset }
    at = { ...at, offset: at.offset + page.records.length }
  }
  return null
}
