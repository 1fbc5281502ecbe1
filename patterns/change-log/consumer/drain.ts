import type { Report } from '../owner/relay-options.ts'
import { parseRecord } from '../record.ts'
import { pause, type Signal } from '../signal.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import { isPassing, reasonOf } from './faults.ts'
import { applyStored, NotYet, type ConsumerName, type Handler } from './handler.ts'
import { othersMoved, readOthers } from './other-sources.ts'
import { OPEN_WORK } from './parked.ts'
import { dropIfEmpty, redriveFirst } from './redrive.ts'

export type DrainOptions = {
  name: ConsumerName
  sql: Sql
  transact: Transact
  handler: Handler
  report: Report
  /** Raised by the consumers of this process after each commit. */
  moved: Signal
  /** Maximum number of events in one transaction. */
  chunk: number
  pollMs: number
  retryMs: number
  /** Interval between retries of items that wait for another log, if no other log has moved. Milliseconds. */
  waitingMs: number
}

/** Interval between checks for open work that another process has added. Milliseconds. */
const IDLE_MS = 1_000

/**
 * Handles the open work of rebuilds until `stop` is aborted. It follows the order of each key, and handles each chunk in
 * one transaction. If an item cannot be handled, its key is parked. If it must wait for another log, it is retried later.
 * Several processes may drain at the same time.
 */
export async function drain(options: DrainOptions, stop: AbortSignal): Promise<void> {
  let reported = ''
  while (!stop.aborted) {
    try {
      const count = options.moved.count
      const others = await readOthers(options.sql, options.name)
      const pass = await drainAll(options, stop)
      reported = ''
      if (pass === 'waits') {
        await othersMoved(options, others, AbortSignal.any([stop, AbortSignal.timeout(options.waitingMs)]))
      } else await options.moved.after(count, IDLE_MS, stop)
    } catch (error) {
      if (stop.aborted) break
      const message = `open work of ${options.name.source} cannot be drained, retrying: ${String(error)}`
      if (message !== reported) options.report('warn', (reported = message))
      await pause(options.retryMs, stop)
    }
  }
}

/** Handles the keys with open work once. @returns `waits` if one of them must wait for another log */
async function drainAll(options: DrainOptions, stop: AbortSignal): Promise<'done' | 'waits'> {
  let waits = false
  for (let after = ''; !stop.aborted;) {
    const keys = new Array<string>()
    try {
      const next = await options.transact((tx) => drainChunk(tx, options, after, keys))
      if (next === null) break
      after = next
      options.moved.raise()
    } catch (error) {
      if (isPassing(error) || keys.length === 0) throw error
      // An item of the chunk cannot be handled, or must wait. So each key is handled separately.
      for (const key of keys) if (!stop.aborted && (await drainKey(options, key)) === 'waits') waits = true
      after = keys.at(-1) ?? after
    }
  }
  return waits ? 'waits' : 'done'
}

/**
 * Handles one chunk of open work.
 *
 * @param found filled with the keys of the chunk
 * @returns the key after which to continue; null if no key is left
 */
async function drainChunk(
  tx: Sql,
  { name: { consumer, source }, handler, chunk }: DrainOptions,
  after: string,
  found: string[],
): Promise<string | null> {
  const rows = await tx<{ key: string }>(
    `select key from parked_key where consumer = $1 and source = $2 and draining and key > $3
     order by key limit ${chunk} for update skip locked`,
    consumer,
    source,
    after,
  )
  found.push(...rows.map(({ key }) => key))
  if (found.length === 0) return null
  const items = await tx<{ offset: string; record: string }>(
    // Deletes by row address. A table has no statistics right after a rebuild, so a join would be planned as if the tables
    // were small.
    `delete from parked_event where ctid = any (array(
       select ctid from parked_event where consumer = $1 and source = $2 and key = any ($3::text[])
       order by key, "offset" limit ${chunk}))
     returning "offset", record`,
    consumer,
    source,
    found,
  )
  const events = items
    .map(({ offset, record }) => parseRecord({ offset: Number(offset), text: record }))
    .filter((record) => record.kind === 'event')
    .toSorted((a, b) => a.offset - b.offset)
  if (events.length > 0) await applyStored(tx, events, handler)
  const done = await dropIfEmpty(tx, { consumer, source }, found)
  // A key with more events than fit in the chunk is in the next chunk again.
  return found.findLast((key) => done.has(key)) ?? after
}

async function drainKey(options: DrainOptions, key: string): Promise<'done' | 'waits' | 'parked'> {
  const { name, transact, handler, report } = options
  try {
    while (await transact((tx) => redriveFirst(tx, name, key, handler))) options.moved.raise()
    return 'done'
  } catch (error) {
    if (isPassing(error)) throw error
    const waits = error instanceof NotYet
    const reason = reasonOf(waits ? error.message : error)
    await keepParked(options, key, reason, waits)
    if (!waits) report('error', `key ${key} of ${name.source} is parked because of its open work: ${reason}`)
    return waits ? 'waits' : 'parked'
  }
}

async function keepParked(
  { sql, name: { consumer, source } }: DrainOptions,
  key: string,
  reason: string,
  draining: boolean,
): Promise<void> {
  await sql(
    `update parked_key set reason = $4, draining = $5,
            parked_at = case when $5 and reason <> '${OPEN_WORK}' then parked_at else now() end
     where consumer = $1 and source = $2 and key = $3 and draining`,
    consumer,
    source,
    key,
    reason,
    draining,
  )
}
