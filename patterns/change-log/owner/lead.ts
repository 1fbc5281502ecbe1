import { openConnection } from './connection.ts'
import type { Position } from '../position.ts'
import { LogAheadError, publish, requireNotAhead } from './publish.ts'
import type { Settings } from './relay-options.ts'
import { FOREVER_MS, pause, within } from '../signal.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { endOf, keepsCopies, lastTick, takeTick, type Tick } from './tick.ts'
import type { Publisher } from '../transports/transport.ts'

/** Maximum wait for a response of a transport. Then ticks continue without it. Milliseconds. */
const TIMEOUT_MS = 2_000

/**
 * Takes ticks and publishes them to the transports until `stop` is aborted, or until another relay has taken a tick.
 *
 * @param begun called once all checks have passed
 * @returns why it ended
 * @throws LogAheadError if a transport is ahead of the log; also any error of the database
 */
export async function lead(
  sql: Sql,
  settings: Settings,
  stop: AbortSignal,
  begun: () => void,
): Promise<'fenced' | 'stopped'> {
  // The transports are read before the last tick. A record is published only after its tick, so no transport of this log
  // can be ahead here, unless the database has lost commits.
  const tops = await Promise.all(
    settings.publishers.map((publisher) => within(TIMEOUT_MS, publisher.top(), stop).catch(() => null)),
  )
  const last = await lastTick(sql)
  if (!last) throw new Error('The log was not started.')
  settings.publishers.forEach((publisher, i) => requireNotAhead(tops[i] ?? null, endOf(last), publisher))
  begun()
  const term = new AbortController()
  const stopped = AbortSignal.any([stop, term.signal])
  const start = { epoch: last.epoch, offset: last.base - 1 }
  const copies = settings.publishers.map(async (publisher) => {
    const fault = await keepPublishing(publisher, start, settings, stopped)
    if (fault) term.abort(fault)
  })
  await using ending = new AsyncDisposableStack()
  ending.defer(async () => {
    term.abort()
    await Promise.all(copies)
  })
  const end = await takeTicks(sql, last, settings, stopped)
  term.signal.throwIfAborted()
  return end
}

async function takeTicks(
  sql: Sql,
  first: Tick,
  { written, ticked, clock, heartbeatMs, pollMs, batchMs }: Settings,
  stop: AbortSignal,
): Promise<'fenced' | 'stopped'> {
  let last = first
  let beatAt = clock()
  let told = written.count
  const copies = await keepsCopies(sql)
  while (!stop.aborted) {
    const seen = written.count
    // A commit without events forces a tick too, because a reader that has its xid waits for a tick that sees it.
    const taken = await takeTick(sql, last.n, seen > told || clock() >= beatAt, copies)
    told = seen
    if (taken === 'fenced') return 'fenced'
    if (taken !== 'quiet') {
      last = taken
      beatAt = clock() + heartbeatMs
      ticked.raise()
      await pause(batchMs, stop)
    }
    await written.after(seen, Math.min(pollMs, Math.max(beatAt - clock(), 1)), stop)
  }
  return 'stopped'
}

/**
 * Publishes to one transport, and starts again after each error.
 *
 * @returns the error with which the log cannot continue; null if `stop` was aborted
 */
async function keepPublishing(
  publisher: Publisher,
  start: Position,
  { connect, ticked, report, heartbeatMs, retryMs }: Settings,
  stop: AbortSignal,
): Promise<LogAheadError | null> {
  let failing = false
  const watched: Publisher = {
    ...publisher,
    async append(epoch, records) {
      const top = await publisher.append(epoch, records)
      if (failing) report('info', `${publisher.name} receives the log again`)
      failing = false
      return top
    },
  }
  while (!stop.aborted) {
    try {
      await using connection = await openConnection(connect)
      const copying = publish(
        { sql: connection.sql, publisher: watched, start, ticked, waitMs: heartbeatMs },
        stop,
      )
      // A transport that never responds must not prevent the relay from stopping.
      await within(FOREVER_MS, copying, stop)
    } catch (error) {
      if (error instanceof LogAheadError) return error
      if (!failing)
        report('warn', `the log cannot be copied to ${publisher.name}, retrying: ${String(error)}`)
      failing = true
    }
    await pause(retryMs, stop)
  }
  return null
}
