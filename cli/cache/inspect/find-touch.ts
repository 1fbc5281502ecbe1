import { readStatus, type EventRecord } from '../../../patterns/change-log/index.ts'
import type { OpenDatabase } from '../../log/open-database.ts'
import { databaseReader, readLast } from '../../log/tail/read-events.ts'

/** An event that touched a facet. */
export type Touch = {
  epoch: number
  offset: number
  /** Start of the transaction that wrote it. Milliseconds since 1970. */
  time: number
  type: string
  key: string
}

/** Maximum number of records that are searched. */
export const SEARCHED = 100_000

/** Finds the last event that touched a facet. Null if there is none among the last records of the log. */
export async function findTouch(
  { sql }: Pick<OpenDatabase, 'sql'>,
  facet: string,
  stop: AbortSignal,
): Promise<Touch | null> {
  const status = await readStatus(sql)
  if (!status) return null
  const { begin, end } = status
  const range = { end, begin: { ...begin, offset: Math.max(begin.offset, end.offset - SEARCHED) } }
  const touches = (event: EventRecord) => event.touches === null || event.touches.includes(facet)
  const [last] = await readLast(databaseReader(sql), range, 1, touches, stop)
  if (!last) return null
  const { offset, time, type, key } = last
  return { epoch: end.epoch, offset, time, type, key }
}
