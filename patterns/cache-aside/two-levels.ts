import { createDoorkeeper, type Doorkeeper } from './doorkeeper.ts'
import type { FillEnd, MemoryCache } from './memory-cache.ts'
import type { Accepts, Places, Positions } from './position.ts'
import type { RedisLevel } from './redis-level.ts'

/** A value to store, with everything that it rests on. */
export type CacheValue = {
  readonly value: string
  /** Every facet that the value rests on. */
  readonly facets: readonly string[]
  /** Names of the databases that the value was read from. */
  readonly databases: readonly string[]
  /** Maximum age, in milliseconds. */
  readonly maxAgeMs: number
  /** When the first part of the value that came from the cache expires. @default never */
  readonly expiresAt?: number
}

/** A hit. `positions` are those of its level: no event up to them has changed the value. */
export type Found = Pick<CacheValue, 'value' | 'facets' | 'databases'> & {
  readonly level: 'memory' | 'redis'
  readonly positions: Positions
  /** Time of the cache's clock, in milliseconds. */
  readonly expiresAt: number
}

export type TwoLevelsOptions = {
  memory: Pick<MemoryCache<string>, 'positions' | 'full' | 'read' | 'store'>
  /** Null if there is only the memory. */
  redis: RedisLevel | null
  /** @default a new one */
  doorkeeper?: Doorkeeper
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Number from 0 to 1. */
  random: () => number
}

/** The memory of this process, which `followLogs` keeps at the position of the logs, and Redis behind it. */
export type TwoLevels = {
  readonly hasRedis: boolean
  /** Looks only into the memory. */
  peek(key: string, accepts: Accepts): Found | null
  /** The positions of the memory. A fill needs those from before its value was read. */
  readonly positions: Positions
  /** Looks only into Redis. A value that is found there, and that the memory knows to be right, enters the memory. Never rejects. */
  lookUp(key: string, accepts: Accepts): Promise<Found | null>
  /**
   * Whether a missing value should be stored once it is read. If the memory is full, only if it was asked for before: otherwise what is asked for once would
   * displace what is asked for often, and every miss would pay for a fill.
   */
  admits(key: string): boolean
  /**
   * Stores a value in both levels.
   *
   * @param shared whether it is also stored in Redis
   * @param at from before the value was read
   * @returns what the memory did
   */
  store(key: string, value: CacheValue, at: Places, shared: boolean): FillEnd
}

export function createTwoLevels(options: TwoLevelsOptions): TwoLevels {
  const { memory, redis, doorkeeper = createDoorkeeper(), clock, random } = options
  /** Entries that were stored together should not expire together. */
  const jittered = (ms: number) => ms * (0.9 + 0.1 * random())

  function keep(key: string, { value, facets, databases }: CacheValue, ttlMs: number, at: Places) {
    const bytes = 2 * (value.length + key.length)
    return memory.store(key, { value, facets, databases, bytes, expiresAt: clock() + ttlMs }, at)
  }

  async function lookUp(level: RedisLevel, key: string, accepts: Accepts): Promise<Found | null> {
    const entry = await level.read(key)
    if (!entry) return null
    const { value, facets, places, ttlMs } = entry
    const databases = [...places.keys()]
    // The entry is judged by what the memory knows. It may have been read long ago.
    const end = keep(key, { value, facets, databases, maxAgeMs: ttlMs }, ttlMs, places)
    if (end !== 'stored' && end !== 'too large') return null
    const { positions } = memory
    const accepted = databases.every((name) => {
      const position = positions.get(name)
      return position !== undefined && accepts(name, position)
    })
    if (!accepted) return null
    return { value, facets, databases, positions, level: 'redis', expiresAt: clock() + ttlMs }
  }

  return {
    hasRedis: redis !== null,
    peek(key, accepts) {
      const entry = memory.read(key, accepts)
      if (!entry) return null
      const { value, facets, databases, expiresAt } = entry
      return { value, facets, databases, positions: memory.positions, level: 'memory', expiresAt }
    },
    get positions() {
      return memory.positions
    },
    lookUp: async (key, accepts) => (redis ? lookUp(redis, key, accepts) : null),
    admits: (key) => !memory.full || doorkeeper.saw(key),
    store(key, value, at, shared) {
      const { maxAgeMs, expiresAt = Number.POSITIVE_INFINITY } = value
      const ttlMs = Math.min(jittered(maxAgeMs), expiresAt - clock())
      const end = keep(key, value, ttlMs, at)
      if (redis && shared && (end === 'stored' || end === 'too large')) {
        redis.store({
          key,
          entry: { value: value.value, facets: value.facets, places: placesOf(value, at), ttlMs },
        })
      }
      return end
    },
  }
}

function placesOf({ databases }: CacheValue, at: Places): Places {
  return new Map(
    databases.flatMap((name) => {
      const place = at.get(name)
      return place ? [[name, place] as const] : []
    }),
  )
}
