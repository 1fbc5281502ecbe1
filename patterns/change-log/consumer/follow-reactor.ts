import { createSignal } from '../signal.ts'
import { drain } from './drain.ts'
import { followLog, type Follower, type FollowOptions } from './follow-log.ts'
import { openWorkCopy, type OpenWork } from './open-work.ts'

export type ReactorOptions = Omit<FollowOptions, 'copy'> & {
  work: OpenWork
  /** Maximum number of items of open work in one transaction. @default 100 */
  chunk?: number
}

/**
 * Runs a reactor until disposed. A reactor is a consumer that decides or runs commands, so it cannot be rebuilt from the
 * owner's state. It follows the log as a copy does. For a rebuild, the owner's export lists the open work, and each item is
 * handled after the rebuild. A request that the reactor holds open and the export does not list is withdrawn. Any number of
 * processes may run it.
 */
export function followReactor({ work, chunk = 100, ...options }: ReactorOptions): Follower {
  const { name, sql, transact, handler, report } = options
  const { pollMs = 100, retryMs = 500, waitingMs = 5_000, moved = createSignal() } = options
  const stopping = new AbortController()
  const follower = followLog({ ...options, moved, copy: openWorkCopy(name, work) })
  const drained = drain(
    { name, sql, transact, handler, report, moved, chunk, pollMs, retryMs, waitingMs },
    stopping.signal,
  )
  return {
    fresh: follower.fresh,
    until: follower.until,
    status: follower.status,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.all([follower[Symbol.asyncDispose](), drained])
    },
  }
}
