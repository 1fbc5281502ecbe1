import { checkLog, readLag, readStatus, readUnpublished } from '../../../patterns/change-log/index.ts'
import type { LogCheck, LogStatus, Position } from '../../../patterns/change-log/index.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { DatabaseName } from '../../../contracts/topology.ts'
import type { OpenDatabase } from '../open-database.ts'
import { readConsumers, type ConsumerIn } from './read-consumers.ts'
import { needsOf } from './needs.ts'
import { LATE_MS, type LogReport, type LogState, type StreamReport } from './report.ts'

/** Data that is read before the logs themselves, so that none of it can be ahead of them. */
export type ReadBefore = {
  begun: readonly ConsumerIn[]
  /** Last record of each log's Redis stream. Null if no Redis is known. */
  tops: ReadonlyMap<DatabaseName, StreamTop> | null
}

export type StreamTop = { top: Position | null; fault: string | null }

/** Reads the state of one database's log. */
export async function readReport(database: OpenDatabase, { begun, tops }: ReadBefore): Promise<LogReport> {
  const { name, sql } = database
  const [check, status] = await Promise.all([checkLog(sql), readStatus(sql)])
  const { consumers: registered = [], ...log } = status ?? {}
  const report = {
    database: name,
    state: stateOf(check, status),
    reason: check.kind === 'restored' ? check.reason : null,
    log: 'end' in log ? { ...log, unpublished: await readUnpublished(sql) } : null,
    stream: await readStream(database, tops?.get(name)),
    consumers: await readConsumers(database, begun, registered, systemClock()),
  }
  return { ...report, needs: needsOf(report) }
}

/** Report of a database that can't be queried. @param reason includes what to do */
export function unusableReport(database: DatabaseName, reason: string): LogReport {
  const nothing = { log: null, stream: null, consumers: [] }
  return { database, state: 'unusable', reason, ...nothing, needs: [reason] }
}

function stateOf(check: LogCheck, status: LogStatus | null): LogState {
  if (check.kind !== 'ok') return check.kind
  if (!status) return 'not started'
  return status.tickAgeMs < LATE_MS ? 'running' : 'silent'
}

async function readStream({ sql }: OpenDatabase, of: StreamTop | undefined): Promise<StreamReport | null> {
  if (!of) return null
  return { ...of, lag: of.top && (await readLag(sql, of.top)) }
}
