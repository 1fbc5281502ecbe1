import { checkEvent } from '../../../contracts/events.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import { insertEvents, pause, type Report, type Signal } from '../../../patterns/change-log/index.ts'
import { decided } from '../domain/follow-request.ts'
import { decideOnce, deleteWaiting, lockApprovals, readWaiting } from './request-store.ts'

export type AcceptWaiting = {
  transact: Transact
  /** Raised when a user has ceased to approve followers. */
  ceased: Signal
  report: Report
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
export function acceptWaiting({ transact, ceased, report, pollMs = 5_000 }: AcceptWaiting): AsyncDisposable {
  const stopping = new AbortController()
  const stop = stopping.signal

  async function run(): Promise<void> {
    let reported = ''
    while (!stop.aborted) {
      const seen = ceased.count
      try {
        while (!stop.aborted && (await transact(acceptChunk))) reported = ''
        await ceased.after(seen, pollMs, stop)
      } catch (error) {
        const message = `waiting requests to follow cannot be accepted, retrying: ${String(error)}`
        if (message !== reported && !stop.aborted) report('warn', (reported = message))
        await pause(RETRY_MS, stop)
      }
    }
  }

  const done = run()
  return {
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await done
    },
  }
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
