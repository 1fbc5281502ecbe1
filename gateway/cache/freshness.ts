import type { Accepts, Found, LogFollower } from '../../patterns/cache-aside/index.ts'
import { isFresh, type Copies } from '../../patterns/change-log/index.ts'
import { NO_TOKEN } from '../consistency-token/request-consistency.ts'
import type { GatewayContext } from '../gateway-context.ts'

export type FreshnessOptions = {
  databaseNow: LogFollower['databaseNow']
  /** Which copies each database keeps. */
  copies: Copies
  /** Maximum age of what the cache knows about a database. Beyond it, the cache is bypassed. Milliseconds. @default 5000 */
  maxLagMs?: number
}

/** Decides how fresh a hit must be. */
export type Freshness = {
  /** For one client request: the age is bounded, and the writes of the client and of the request so far must be included. */
  forReader(context: Pick<GatewayContext, 'consistency'>): Reader
  /** Upper bound of the age of a hit. Whole seconds. */
  ageOf(found: Pick<Found, 'databases' | 'positions'>): number
}

export type Reader = {
  accepts: Accepts
  /**
   * Why the reader did not accept a position. `stale`: the age is above the bound, or unknown. `request`: a write in
   * the client's token is missing. Null if it accepted all.
   */
  refused: 'stale' | 'request' | null
}

export function createFreshness({ databaseNow, copies, maxLagMs = 5_000 }: FreshnessOptions): Freshness {
  return {
    forReader({ consistency }) {
      const token = consistency?.known ?? NO_TOKEN
      const reader: Reader = {
        refused: null,
        accepts(database, { tick, time }) {
          const age = databaseNow(database) - time
          // Negative if the clock of the database was set.
          if (!tick || age < 0 || age > maxLagMs) reader.refused = 'stale'
          else if (token.size > 0 && !isFresh(token, new Map([[database, tick]]), copies))
            reader.refused = 'request'
          else return true
          return false
        },
      }
      return reader
    },
    ageOf({ databases, positions }) {
      const ages = databases.map((name) => databaseNow(name) - (positions.get(name)?.time ?? 0))
      return Math.max(0, Math.floor(Math.max(...ages) / 1_000))
    },
  }
}
