import { readStatus, type EventRecord, type Position } from '../../../patterns/change-log/index.ts'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import type { OpenDatabase } from '../open-database.ts'
import { databaseReader } from './read-events.ts'

/** Maximum wait of one request for records. Milliseconds. */
const WAIT_MS = 10_000

/**
 * Passes on events as they arrive, until `stop` is aborted.
 *
 * @param printToStderr called if events are missing between two of them
 */
export async function followEvents(
  { name, sql }: OpenDatabase,
  from: Position,
  show: (event: EventRecord) => void,
  printToStderr: (line: string) => void,
  stop: AbortSignal,
): Promise<void> {
  const reader = databaseReader(sql)
  let at = from
  while (!stop.aborted) {
    const page = await reader.read(at, 1_000, WAIT_MS, stop)
    if (page.kind === 'records') {
      for (const record of page.records) if (record.kind === 'event') show(record)
      at = { ...at, offset: at.offset + page.records.length }
      continue
    }
    const begin = (await readStatus(sql))?.begin
    if (page.kind === 'ahead' || !begin) {
      throw new UserFacingError(
        `The log of ${name} has lost events that were shown. See: npm run log -- status.`,
      )
    }
    printToStderr(
      page.kind === 'other-epoch'
        ? `${name}: epoch ${at.epoch} has ended. Epoch ${begin.epoch} follows from its beginning.`
        : `${name}: the events after offset ${at.offset} are deleted. Continuing at offset ${begin.offset + 1}.`,
    )
    at = begin
  }
}
