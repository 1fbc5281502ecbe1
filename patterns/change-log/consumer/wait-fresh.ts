import { appliedSnapshot, readConsumerPosition, type ConsumerPosition } from './consumer-position.ts'
import type { ConsumerName } from './handler.ts'
import { createSignal, type Signal, within } from '../signal.ts'
import { seesAll } from '../snapshot.ts'
import type { Sql } from '../sql-port.ts'

/** What one database's part of a consistency token names; null: only the source knows. */
export type FreshEntry = readonly [
  database: string,
  epoch: number,
  xids: readonly string[] | null,
  floor?: string | undefined,
]

export type Waiter = AsyncDisposable & {
  /**
   * Waits until the consumer has applied all that the entry names. False at the deadline, also when the consumer's
   * database does not answer; or at once when that cannot be: an entry of an older epoch, or one that only the source
   * knows. Never rejects.
   *
   * @param waitMs longest wait, milliseconds; 0: one look
   */
  fresh(entry: FreshEntry, waitMs: number, stop?: AbortSignal): Promise<boolean>
  /**
   * Waits until `check` resolves to true: asked now, and each time the consumer has moved.
   *
   * @param waitMs longest wait, milliseconds
   */
  until(check: () => Promise<boolean>, waitMs: number, stop?: AbortSignal): Promise<boolean>
}

export type WaiterOptions = {
  /** The consumer's database. */
  sql: Sql
  name: ConsumerName
  /** Raised by the consumer of this process after each commit. */
  committed: Signal
  /** Milliseconds, monotonic. */
  clock: () => number
  /** Between looks while somebody waits, as another process may be the one that consumes. Milliseconds. */
  pollMs: number
}

/**
 * A look that takes longer is given up for another one: its connection may be lost without a word, which the database's
 * own patience finds out much later. Milliseconds.
 */
const LOOK_MS = 1_000

/** Waits for a consumer, whichever process runs it. However many wait, one look at the database serves them all. */
export function createWaiter({ sql, name, committed, clock, pollMs }: WaiterOptions): Waiter {
  const stopping = new AbortController()
  const looked = createSignal()
  let last: ConsumerPosition | null = null
  const waiting = new Set<symbol>()
  /** The last deadline of those who wait. */
  let latest = 0
  let polling: Promise<void> | null = null

  /** Null when there is no answer in time. */
  async function look(ms: number, stop: AbortSignal): Promise<{ position: ConsumerPosition | null } | null> {
    const looking = readConsumerPosition(sql, name).then((position) => ({ position }))
    return within(Math.min(ms, LOOK_MS), looking, stop).catch(() => null)
  }

  async function poll(): Promise<void> {
    while (waiting.size > 0 && !stopping.signal.aborted) {
      const seen = committed.count
      // A database that does not answer is not fresh; who waits will see their deadline.
      const found = await look(latest - clock(), stopping.signal)
      if (found) last = found.position
      looked.raise()
      await committed.after(seen, pollMs, stopping.signal)
    }
    polling = null
  }

  const overWhen = (stop?: AbortSignal) => (stop ? AbortSignal.any([stop, stopping.signal]) : stopping.signal)

  /** @param at where the consumer is known to be; when it is elsewhere, `check` is asked again */
  async function wait(
    check: () => Promise<boolean>,
    at: string,
    end: number,
    over: AbortSignal,
  ): Promise<boolean> {
    let seen = looked.count
    if (await check()) return true
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
        if (await check()) return true
      }
      return false
    } finally {
      waiting.delete(self)
    }
  }

  const until: Waiter['until'] = (check, waitMs, stop) =>
    wait(check, textOf(last), clock() + waitMs, overWhen(stop))

  async function fresh([, epoch, xids]: FreshEntry, waitMs: number, stop?: AbortSignal): Promise<boolean> {
    if (xids === null) return false
    const end = clock() + waitMs
    const over = overWhen(stop)
    // What was seen once counts no more: the consumer's own database may have been restored meanwhile.
    let position = (await look(waitMs || LOOK_MS, over))?.position ?? null
    let checked = false
    return wait(
      async () => {
        if (checked) position = last
        checked = true
        const applied = appliedSnapshot(position)
        return applied !== null && seesAll(applied, epoch, xids)
      },
      textOf(position),
      // A later epoch can never satisfy this entry.
      position && position.epoch > epoch ? 0 : end,
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

function textOf(position: ConsumerPosition | null): string {
  return position ? `${position.epoch}-${position.offset}` : ''
}
