import { vi } from 'vitest'
import type { Sql } from '../../../contracts/sql.ts'
import {
  feedReader,
  insertEvents,
  type LogReader,
  type Position,
} from '../../../patterns/change-log/index.ts'
import { internalGet } from '../../../platform/http/internal-get.ts'
import { internalSecret, readyz, type RunningService } from './service.ts'
import { WITHIN } from '../../support/timeout.ts'

export const PATIENT = { ...WITHIN, interval: 50 }

/** Writes an event straight into the outbox, as a command would. @returns its xid */
export async function writeEvent(sql: Sql, key: string, payload: unknown = {}): Promise<string> {
  const event = { key, type: 'test.happened', version: 1, payload, touches: [`test:${key}`] }
  return (await insertEvents(sql, [event], () => null)) as string
}

/** Reads a service's feed as another service would. */
export function feedOf({ name, url }: RunningService): LogReader {
  return feedReader(`${url}/log`, internalGet({ secret: internalSecret, audience: name, clock: Date.now }))
}

/** Where the log began. */
export async function beginOf(sql: Sql): Promise<Position> {
  const epoch = await vi.waitFor(async () => {
    const [row] = await sql<{ epoch: string }>('select epoch from log_state')
    if (!row) throw new Error('the log was not started')
    return Number(row.epoch)
  }, PATIENT)
  return { epoch, offset: 0 }
}

/** Keys of all events after a position, once there are as many as asked for. Offsets must be dense. */
export async function keysAfter(reader: LogReader, after: Position, count: number): Promise<string[]> {
  const keys: string[] = []
  let at = after
  const late = AbortSignal.timeout(PATIENT.timeout)
  while (keys.length < count) {
    if (late.aborted) throw new Error(`only ${keys.join()} after ${JSON.stringify(after)}`)
    const page = await reader.read(at, 1_000, 500)
    if (page.kind !== 'records') throw new Error(`the log is ${page.kind}`)
    for (const record of page.records) {
      if (record.offset !== at.offset + 1) throw new Error(`${record.offset} follows ${at.offset}`)
      at = { epoch: at.epoch, offset: record.offset }
      if (record.kind === 'event') keys.push(record.key)
    }
  }
  return keys
}

/** Waits until `/readyz` says this of one of the things it only reports. */
export async function untilReported(
  service: RunningService,
  name: string,
  expected: RegExp,
): Promise<string> {
  return vi.waitFor(async () => {
    const { reported } = await readyz(service)
    const state = reported[name] ?? 'nothing'
    if (!expected.test(state)) throw new Error(`${name}: ${state}\n${service.log()}`)
    return state
  }, PATIENT)
}

/** Makes the database look like one that was restored: of another timeline, all connections of the log lost. */
export async function pretendRestored(sql: Sql): Promise<void> {
  await sql("update log_state set timeline = 'ffffffff'")
  await sql(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name like '% change log'`,
  )
}
