import { DELETE_BATCH, deleteInBatches, type Sql } from '../../../contracts/sql.ts'
import { readExport, type OpenExport } from '../export/export-text.ts'
import { covers, parseSnapshot } from '../snapshot.ts'
import { appliedSnapshot, readConsumerPosition } from './consumer-position.ts'
import type { ConsumerName } from './handler.ts'
import type { OpenWork } from './open-work.ts'
import type { Waiter } from './wait-fresh.ts'

/**
 * Minimum age of an outcome that is deleted. A restore of the owner opens requests again that it had closed: managed Postgres
 * goes back 35 days at most, and the owner may have closed the request a week after the decision, the longest that a log
 * waits for a consumer. Milliseconds.
 */
export const OUTCOME_RETENTION_MS = 42 * 24 * 3_600_000

export type OldOutcomes = {
  name: ConsumerName
  sql: Sql
  openExport: OpenExport
  work: Pick<OpenWork, 'requestOf'>
  until: Waiter['until']
  /** Maximum wait for the reactor to catch up with the export. Milliseconds. */
  waitMs: number
}

const ALL = `consumer = $1 and source = $2 and decided_at < now() - $3 * interval '1 ms'`

const CLOSED = `
  delete from reactor_request where (consumer, source, id) in (
    select consumer, source, id from reactor_request r where ${ALL}
      and not exists (select from unnest($4::text[]) open (id) where open.id = r.id)
      and not exists (select from parked_key k where (k.consumer, k.source, k.key) = (r.consumer, r.source, r.key))
    limit ${DELETE_BATCH}
  ) returning 1`

/**
 * Deletes old outcomes of requests that the owner has closed. A request is closed if the owner's export of open work does not
 * list it, the reactor has applied everything that is visible in that export, and nothing waits behind its key. Such a
 * request cannot come again, so its outcome is never needed. An outcome that the owner has not read yet is kept, whatever
 * its age.
 *
 * @returns the number of deleted outcomes; 0 if the reactor has not caught up in time
 */
export async function deleteOldOutcomes(
  { name, sql, openExport, work, until, waitMs }: OldOutcomes,
  stop: AbortSignal,
): Promise<number> {
  const values = [name.consumer, name.source, OUTCOME_RETENTION_MS]
  const old = await sql<object>(`select 1 from reactor_request where ${ALL} limit 1`, ...values)
  if (old.length === 0) return 0
  using opened = await readExport(openExport, stop)
  const { position, snapshot } = opened.start
  const open: string[] = []
  for await (const rows of opened.rows) open.push(...rows.map((row) => work.requestOf(row).id))
  const exported = parseSnapshot(snapshot)
  const caughtUp = await until(
    async () => {
      const applied = appliedSnapshot(await readConsumerPosition(sql, name))
      return applied?.epoch === position.epoch && covers(applied.cur, exported)
    },
    waitMs,
    stop,
  )
  return caughtUp ? deleteInBatches(sql, CLOSED, [...values, open], stop) : 0
}
