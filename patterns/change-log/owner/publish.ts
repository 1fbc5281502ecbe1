import { comparePositions, type Position } from '../position.ts'
import { readLog, type LogPage } from './read-log.ts'
import type { Signal } from '../signal.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { PAGE_ROWS } from './tick.ts'
import type { Publisher } from '../transports/transport.ts'

export type Publishing = {
  sql: Sql
  publisher: Publisher
  /** Where an empty transport begins. Readers get earlier records from the feed. */
  start: Position
  /** Raised after each tick. */
  ticked: Signal
  /** Maximum wait for a tick. Milliseconds. */
  waitMs: number
}

/** A transport holds records that the log does not have: the database has lost commits. */
export class LogAheadError extends Error {
  override name = 'LogAheadError'
}

/**
 * Copies the log to a transport, from the end of the transport on, until `stop` is aborted or the epoch has ended. Any
 * number of processes may do so at the same time: the transport accepts each record once.
 *
 * @throws LogAheadError; also any error of the database or the transport, after which it can be called again
 */
export async function publish(publishing: Publishing, stop: AbortSignal): Promise<void> {
  const { sql, publisher, ticked, waitMs } = publishing
  const read = async (at: Position) => ({ at, seen: ticked.count, page: await readLog(sql, at, PAGE_ROWS) })
  let got = await read(await findStart(publishing))
  if (got.page.kind === 'expired') {
    await publisher.reset()
    got = await read(publishing.start)
  }
  while (!stop.aborted) {
    if (got.page.kind === 'other-epoch') return
    const { records, more } = recordsOf(got, publisher)
    const last = records.at(-1)
    if (last) {
      const next = { epoch: got.at.epoch, offset: last.offset }
      // If more records are known to follow, they are read while these are sent.
      const following = more ? read(next) : null
      const [top] = await Promise.all([publisher.append(next.epoch, records), following])
      const alone = comparePositions(top, next) === 0
      if (alone && !following) await ticked.after(got.seen, waitMs, stop)
      got = alone && following ? await following : await read(top)
    } else {
      await ticked.after(got.seen, waitMs, stop)
      got = await read(got.at)
    }
  }
}

/** @throws LogAheadError if the transport ends after the end of the log */
export function requireNotAhead(top: Position | null, end: Position, publisher: Publisher): void {
  if (top && comparePositions(top, end) > 0) throw ahead(publisher, top)
}

async function findStart({ publisher, start }: Publishing): Promise<Position> {
  const top = await publisher.top()
  if (!top || top.epoch < start.epoch) return start
  if (top.epoch > start.epoch) throw ahead(publisher, top)
  return top
}

type Got = { at: Position; page: LogPage }

function recordsOf({ at, page }: Got, publisher: Publisher): Extract<LogPage, { kind: 'records' }> {
  if (page.kind === 'records') return page
  if (page.kind === 'ahead') throw ahead(publisher, at)
  throw new Error(`The log is ${page.kind} at offset ${at.offset} of epoch ${at.epoch}.`)
}

function ahead({ name }: Publisher, { epoch, offset }: Position): LogAheadError {
  return new LogAheadError(
    `${name} holds offset ${offset} of epoch ${epoch}, which the log does not: the database has lost commits, or \
another installation writes there too`,
  )
}
