import type { LogEnd } from '../change-log/index.ts'

/** The clock of a database, as far as another process can know it. */
export type DatabaseClock = {
  /** Upper bound of the database's clock now, in milliseconds since 1970. Infinity while it is unknown. */
  now(): number
  /** Compares the clocks if the last comparison is too old. */
  keepUpToDate(stop: AbortSignal): Promise<void>
  /** The database had this time before now. If that is above the bound, its clock was set forward, and the bound is unknown. */
  saw(time: number): void
}

/** How often the clocks are compared. Milliseconds. */
const EVERY_MS = 60_000
/** Clocks that are not set run at the same rate to within this part. */
const DRIFT = 0.000_1
/** The number of comparisons that are kept. The one that took the least time has the best bound. */
const KEPT = 5

/**
 * A response of the database says what its clock showed after the request was sent. So it shows at most that much now, plus the
 * time since the request was sent. The wall clock of this process plays no part.
 *
 * @param clock monotonic, in milliseconds
 */
export function databaseClock(
  ask: (stop: AbortSignal) => Promise<Pick<LogEnd, 'now'>>,
  clock: () => number,
): DatabaseClock {
  /** Each with the bound at the time 0 of `clock`. The hot path needs only the least. */
  let comparisons: { sentAt: number; atZero: number }[] = []
  let least = Number.POSITIVE_INFINITY

  function keep(compared: typeof comparisons): void {
    comparisons = compared
    least = Math.min(Number.POSITIVE_INFINITY, ...compared.map(({ atZero }) => atZero))
  }

  const now = () => least + clock() * (1 + DRIFT)

  return {
    now,
    saw(time) {
      if (time > now()) keep([])
    },
    async keepUpToDate(stop) {
      const sentAt = clock()
      const last = comparisons.at(-1)
      if (last && sentAt - last.sentAt < EVERY_MS) return
      const end = await ask(stop)
      keep([...comparisons.slice(1 - KEPT), { sentAt, atZero: end.now - sentAt * (1 + DRIFT) }])
    },
  }
}
