import { createSignal } from '../signal.ts'
import { drain } from './drain.ts'
import { runConsumer, type RunningConsumer, type RunConsumerOptions } from './run-consumer.ts'
import { deleteOldOutcomes } from './old-outcomes.ts'
import { openWorkCopy, type OpenWork } from './open-work.ts'

export type ReactorOptions = Omit<RunConsumerOptions, 'copy'> & {
  work: OpenWork
  /** Maximum number of items of open work in one transaction. @default 100 */
  chunk?: number
}

export type Reactor = RunningConsumer & {
  /** Deletes old outcomes of closed requests (see `deleteOldOutcomes`). Run it every hour. Rejects if the owner is down. */
  deleteOldOutcomes(): Promise<number>
}

/** Maximum wait of `deleteOldOutcomes` for the reactor. Twenty heartbeats of the log. Milliseconds. */
const CATCH_UP_MS = 20_000

/**
 * Runs a reactor until disposed. A reactor is a consumer that decides or runs commands, so it cannot be rebuilt from the
 * owner's state. It follows the log as a copy does. For a rebuild, the owner's export lists the open work, and each item is
 * handled after the rebuild. A request that the reactor holds open and the export does not list is withdrawn. Any number of
 * processes may run it.
 */
export function runReactor({ work, chunk = 100, ...options }: ReactorOptions): Reactor {
  const { name, sql, transact, handler, report, openExport } = options
  const { pollMs = 100, retryMs = 500, waitingMs = 5_000, moved = createSignal() } = options
  const stopping = new AbortController()
  const consumer = runConsumer({ ...options, moved, copy: openWorkCopy(name, work) })
  const drained = drain(
    { name, sql, transact, handler, report, moved, chunk, pollMs, retryMs, waitingMs },
    stopping.signal,
  )
  return {
    fresh: consumer.fresh,
    until: consumer.until,
    status: consumer.status,
    deleteOldOutcomes: () =>
      deleteOldOutcomes(
        { name, sql, openExport, work, until: consumer.until, waitMs: CATCH_UP_MS },
        stopping.signal,
      ),
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await Promise.all([consumer[Symbol.asyncDispose](), drained])
    },
  }
}
