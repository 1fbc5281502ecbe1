import { readStatus, type LogStatus, type Position } from '../../../patterns/change-log/index.ts'
import { serviceOf } from '../../../contracts/topology.ts'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import type { OpenDatabase } from '../../log/open-database.ts'

/** Maximum number of existing records of a log that are read, so that recent changes and their objects are known. */
const LOOK_BACK = 50_000

export type Starts = {
  /** Where the audit begins to read each log. */
  from: ReadonlyMap<string, Position>
  /** Whether the logs have everything about a user or post that was created at this offset. */
  countsFrom: (database: string, offset: number) => boolean
}

/** @throws UserFacingError if a log was never started */
export async function findStarts(opened: readonly OpenDatabase[]): Promise<Starts> {
  const from = new Map<string, Position>()
  for (const { name, sql } of opened) {
    const { begin, end } = await statusOf({ name, sql })
    from.set(name, { ...end, offset: Math.max(begin.offset, end.offset - LOOK_BACK) })
  }
  // Read after all starts: nothing that refers to what is created from here on comes before the start of another log.
  const ends = new Map<string, number>()
  for (const { name, sql } of opened) ends.set(name, (await statusOf({ name, sql })).end.offset)
  return { from, countsFrom: (name, offset) => offset > (ends.get(name) ?? Number.POSITIVE_INFINITY) }
}

async function statusOf({ name, sql }: Pick<OpenDatabase, 'name' | 'sql'>): Promise<LogStatus> {
  const status = await readStatus(sql)
  if (status) return status
  throw new UserFacingError(
    `The log of ${name} was never started. Start the ${serviceOf(name)} service, which starts it.`,
  )
}
