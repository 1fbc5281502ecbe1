import type { TokenEntry } from '../../../contracts/consistency.ts'
import { appliedSnapshot, readFreshPosition, type FreshPosition } from './consumer-position.ts'
import type { ConsumerName } from './handler.ts'
import { createSignal, type Signal, within } from '../signal.ts'
import { seesAll } from '../snapshot.ts'
import type { Sql } from '../../../contracts/sql.ts'

export type Waiter = AsyncDisposable & {
  /**
   * Waits until the consumer has applied all writes that the entry names. Resolves to false at the deadline, also if the
   * consumer's database does not respond. Resolves to false as soon as waiting cannot help: the consumer has a later epoch,
   * or only the source can check the entry. Resolves to false once the writes were applied, if a key is parked: its event
   * may be one of them. Never rejects.
   *
   * @param waitMs maximum wait in milliseconds; 0: one check only
   */
  fresh(entry: TokenEntry, waitMs: number, stop?: AbortSignal): Promise<boolean>
  /**
   * Waits until `check` resolves to true. It is called at once, and each time the consumer has moved.
   *
   * @param waitMs maximum wait in milliseconds
   */
  until(check: () => Promise<boolean>, waitMs: number, stop?: AbortSignal): Promise<boolean>
}

export type WaiterOptions = {
  /** The consumer's database. */
  sql: Sql
  name: ConsumerName
  /** Raised by the consumer of this process after each commit. */
  committed: Signal
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Interval between reads while anyone waits, because another process may run the consumer. Milliseconds. */
  pollMs: number
}

/**
 * Timeout of one read of the position. After it, the position is read again. A connection may be lost without an error, and
 * the timeout of the database would detect that much later. Milliseconds.
 */
const LOOK_MS = 1_000

/** True or false ends the wait. */
type Checked = boolean | 'not yet'

/** Waits for a consumer, whichever process runs it. One read of the database serves all waiters. */
export function createWaiter({ sql, name, committed, clock, pollMs }: WaiterOptions): Waiter {
  const stopping = new AbortController()
  const looked = createSignal()
  let last: FreshPosition | null = null
  const waiting = new Set<symbol>()
  /** The latest deadline of all waiters. */
  let latest = 0
  let polling: Promise<void> | null = null

  /** Null if the database does not respond in time. */
  async function look(ms: number, stop: AbortSignal): Promise<{ position: FreshPosition | null } | null> {
    const looking = readFreshPosition(sql, name).then((position) => ({ position }))
    return within(Math.min(ms, LOOK_MS), looking, stop).catch(() => null)
  }

  async function poll(): Promise<void> {
    while (waiting.size > 0 && !stopping.signal.aborted) {
      const seen = committed.count
      // If the database does not respond, the consumer is not fresh, and the waiters end at their deadlines.
      const found = await look(Math.max(latest - clock(), 0), stopping.signal)
      if (found) last = found.position
      looked.raise()
      await committed.after(seen, pollMs, stopping.signal)
    }
    polling = null
  }

  const overWhen = (stop?: AbortSignal) => (stop ? AbortSignal.any([stop, stopping.signal]) : stopping.signal)

  /** @param at last known position of the consumer. `check` is called again when the position differs from it */
  async function wait(
    check: () => Promise<Checked>,
    at: string,
    end: number,
    over: AbortSignal,
  ): Promise<boolean> {
    let seen = looked.count
    const first = await check()
    if (first !== 'not yet') return first
    latest = Math.max(latest, end)
    const self = Symbol('waiting')
    waiting.add(self)
    try {
      for (let left = end - clock(); left > 0 && !over.aborted; left = end - clock()) {
        polling ??= poll()
        await looked.after(seen, left, over)
        if (looked.count === seen) return false
        seen = looked.count
        if (textOf(last) === at) continue
        at = textOf(last)
        const checked = await check()
        if (checked !== 'not yet') return checked
      }
      return false
    } finally {
      waiting.delete(self)
    }
  }

  const until: Waiter['until'] = (check, waitMs, stop) =>
    wait(async () => (await check()) || 'not yet', textOf(last), clock() + waitMs, overWhen(stop))

  async function fresh([, epoch, xids]: TokenEntry, waitMs: number, stop?: AbortSignal): Promise<boolean> {
    if (xids === null) return false
    const end = clock() + waitMs
    const over = overWhen(stop)
    // An earlier position is not used: the consumer's own database may have been restored since then.
    let position = (await look(waitMs || LOOK_MS, over))?.position ?? null
    let checked = false
    return wait(
      async () => {
        if (checked) position = last
        checked = true
        const applied = appliedSnapshot(position)
        if (applied !== null && seesAll(applied, epoch, xids)) return !position?.parked
        // A later epoch can never satisfy this entry.
        return position !== null && position.epoch > epoch ? false : 'not yet'
      },
      textOf(position),
      end,
      over,
    )
  }

  return {
    fresh,
    until,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await polling
    },
  }
}

function textOf(position: FreshPosition | null): string {
  return position ? `${position.epoch}-${position.offset}` : ''
}
