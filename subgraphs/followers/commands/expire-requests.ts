import { randomUUID } from 'node:crypto'
import { checkEvent } from '../../../contracts/events.ts'
import { isFailure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Transact } from '../../../contracts/sql.ts'
import { insertEvents } from '../../../patterns/change-log/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import { decideRelations, lockPairs } from './decide-relations.ts'

/** Maximum number of requests in one transaction. */
const CHUNK = 100

const EXPIRED = `
  select id, follower_id as follower, followee_id as followee from follow_request
  where requested_at < $1 order by requested_at limit ${CHUNK}`

/**
 * Ends requests that nobody has decided in time. Several processes may do so at the same time: with the streams locked, a
 * request that has ended meanwhile stays as it is.
 *
 * @param ttlMs how long a request waits. Milliseconds
 * @returns false if there may be more
 */
export async function expireRequests(transact: Transact, clock: Clock, ttlMs: number): Promise<boolean> {
  return transact(async (tx) => {
    const expired = await tx<{ id: Uuid; follower: Uuid; followee: Uuid }>(EXPIRED, new Date(clock() - ttlMs))
    if (expired.length === 0) return true
    const changes = expired.map(({ id, ...pair }) => ({
      pair,
      command: { type: 'expire' as const, requestId: id },
    }))
    await lockPairs(tx, expired)
    const decided = await decideRelations(tx, changes, { clock, newId: randomUUID, actor: null })
    if (isFailure(decided)) throw new Error(`An expiry cannot fail: ${decided.message}`)
    await insertEvents(tx, decided.events, checkEvent)
    return expired.length < CHUNK
  })
}
