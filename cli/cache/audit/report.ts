import type { Ages } from './figures.ts'
import type { Fact } from './history.ts'

/** What the cache did with a read, by its `Cache-Status`. `none`: the response has none, because it may not be cached. */
export type CacheOutcome = 'hit' | 'miss' | 'none'

export type StaleRead = Fact & { what: string; cache: CacheOutcome; ageMs: number }

export type AuditReport = {
  reads: number
  hits: number
  misses: number
  /** Reads with at least one value that the logs could judge. */
  judged: number
  /** Judged reads with a value that had been superseded when the read began, however short before. */
  superseded: number
  /** Their ages: how long the oldest value of each read had been superseded. Milliseconds. */
  ages: Ages
  /** Reads with a value that had been superseded for longer than the bound. */
  stale: number
  /** The first of them. */
  examples: readonly StaleRead[]
  /** Reads whose end the logs have not reached yet. */
  pending: number
  /** See `ninesOf`. */
  nines: number | null
}

/** The result of `npm run cache -- audit`. */
export type AuditEnd = AuditReport & {
  seed: number
  boundMs: number
  /** Reads and writes without a response, or with errors in it. */
  failed: { reads: number; writes: number }
}
