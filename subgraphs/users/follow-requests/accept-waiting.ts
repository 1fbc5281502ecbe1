import { checkEvent } from '../../../contracts/events.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import { insertEvents, type Signal } from '../../../patterns/change-log/index.ts'
import type { Log } from '../../../platform/log.ts'
import { backgroundLoop, type BackgroundLoop } from '../../../service/background-loop.ts'
import { decided } from '../domain/follow-request.ts'
import { decideOnce, deleteWaiting, lockApprovals, readWaiting } from './request-store.ts'

export type AcceptWaiting = {
  transact: Transact
  /** Raised when a user has ceased to approve followers. */
  ceased: Signal
  log: Pick<Log, 'warn'>
  /** Interval between looks for users who have ceased in another process. Milliseconds. @default 5000 */
  pollMs?: number
}

/** Maximum number of requests in one transaction. */
const CHUNK = 100
/** Wait after an error. Milliseconds. */
const RETRY_MS = 500

/**
 * Accepts the requests that wait for users who no longer approve their followers, until disposed. Several processes may do so
 * at the same time; each works for another user.
 */
export function acceptWaiting({ transact, ceased, log, pollMs = 5_000 }: AcceptWaiting): BackgroundLoop {
  return backgroundLoop({
    failure: 'waiting requests to follow cannot be accepted',
    retryMs: RETRY_MS,
    log,
    async step(stop) {
      const seen = ceased.count
      const more = await transact(acceptChunk)
      if (!more) await ceased.after(seen, pollMs, stop)
      return true
    },
  })
}

/**
 * Accepts some of the requests that wait for one user. A user who approves followers again keeps the rest.
 *
 * @returns false if there is nothing left to do
 */
async function acceptChunk(tx: Sql): Promise<boolean> {
  const [ended] = await tx<{ id: Uuid }>(
    'select user_id as id from approval_ended order by user_id limit 1 for update skip locked',
  )
  if (!ended) return false
  const approves = (await lockApprovals(tx, [ended.id])).get(ended.id) ?? false
  const waiting = approves
    ? []
    : await readWaiting(tx, { followeeId: ended.id, followerId: null, limit: CHUNK })
  const made = await decideOnce(
    tx,
    waiting.map((request) => ({ request, decision: 'accepted' as const })),
  )
  await deleteWaiting(tx, made)
  await insertEvents(
    tx,
    made.map(({ request }) => decided(request, 'accepted')),
    checkEvent,
  )
  if (waiting.length < CHUNK) await tx('delete from approval_ended where user_id = $1', ended.id)
  return true
}
