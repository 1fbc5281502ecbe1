import type { Sql } from '../../../contracts/sql.ts'
import { pause, readStatus, type LogRecord, type Position } from '../../../patterns/change-log/index.ts'
import { databaseReader } from '../../log/tail/read-events.ts'

export type FollowedLog = { name: string; sql: Sql; from: Position }

type Handlers = {
  apply(database: string, records: readonly LogRecord[]): void
  /** Records are missing, or the log continues in another epoch. */
  forget(): void
  /** Called with a line for people if the log cannot be followed at the moment. */
  report(line: string): void
}

/** Number of records in a page, maximum wait for the first one, and wait after an error. Milliseconds. */
const [LIMIT, WAIT_MS, RETRY_MS] = [1_000, 2_000, 500]

/** Passes on the records of a log until `stop` is aborted. */
export async function followLog(
  { name, sql, from }: FollowedLog,
  { apply, forget, report }: Handlers,
  stop: AbortSignal,
): Promise<void> {
  const reader = databaseReader(sql)
  let at = from
  while (!stop.aborted) {
    try {
      const page = await reader.read(at, LIMIT, WAIT_MS, stop)
      if (page.kind === 'records') {
        apply(name, page.records)
        at = { ...at, offset: at.offset + page.records.length }
        continue
      }
      const status = await readStatus(sql)
      if (!status) throw new Error('the log is empty')
      report(`the log of ${name} continues at offset ${status.end.offset} of epoch ${status.end.epoch}`)
      forget()
      at = status.end
    } catch (error) {
      if (stop.aborted) return
      report(`the log of ${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
      await pause(RETRY_MS, stop)
    }
  }
}
