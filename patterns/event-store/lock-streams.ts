import { itemLockKey } from '../../contracts/advisory-locks.ts'
import type { Sql } from '../../contracts/sql.ts'

/**
 * Maximum number of streams that one call locks. All sessions of the server share a table of about 6,400 locks by default,
 * and a transaction that finds it full fails.
 */
const MAX_STREAMS = 1_000

/**
 * Locks streams until the transaction ends. A stream that has no events yet can be locked too. Statements after it see
 * everything that earlier holders of the locks have committed.
 *
 * Lock all streams of a transaction with one call. The locks are taken in the order of their keys, so that two calls cannot
 * deadlock. That is the order of a hash: with the order of names, two pairs of names with equal hashes could deadlock.
 */
export async function lockStreams(tx: Sql, streams: readonly string[]): Promise<void> {
  if (streams.length === 0) return
  if (streams.length > MAX_STREAMS)
    throw new Error(`A transaction locks at most ${MAX_STREAMS} streams, not ${streams.length}.`)
  await tx(LOCK, streams)
}

/** A subquery with `order by` is evaluated in its order, before the function of the outer query is called. */
const LOCK = `
  select pg_advisory_xact_lock(key) from (
    select distinct ${itemLockKey('stream', 'name')} as key from unnest($1::text[]) as name order by key
  ) as keys`
