import { createDoorkeeper, type Doorkeeper } from './doorkeeper.ts'
import type { FillEnd, MemoryCache } from './memory-cache.ts'
import type { Accepts, CachePosition, Positions } from './position.ts'
import type { RedisState } from './redis-cache.ts'
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

/** Where the levels were before a value was read. A fill needs it. */
export type ReadAt = { readonly memory: Positions; readonly redis: RedisState | null }

export type LookUp = { found: Found | null; at: ReadAt }

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

/** The memory of this process, and Redis behind it. Both are kept at the position of the logs by `followLogs`. */
export type TwoLevels = {
  readonly hasRedis: boolean
  /** Looks only into the memory. */
  peek(key: string, accepts: Accepts): Found | null
  /** Where the levels are now, for a value that is not stored in Redis. */
  now(): ReadAt
  /** Looks only into Redis. A value that is found there also enters the memory. Never rejects. */
  lookUp(key: string, accepts: Accepts): Promise<LookUp>
  /**
   * Whether a value should be stored. If the memory is full, only if it was asked for before: otherwise what is asked for once would
   * displace what is asked for often, and every miss would pay for a fill.
   */
  admits(key: string): boolean
  /**
   * Stores a value in both levels. It is not stored in Redis if Redis had no state before the value was read.
   *
   * @param at from before the value was read
   * @returns what the memory did
   */
  store(key: string, value: CacheValue, at: ReadAt): FillEnd
}

export function createTwoLevels(options: TwoLevelsOptions): TwoLevels {
  const { memory, redis, doorkeeper = createDoorkeeper(), clock, random } = options
  /** Entries that were stored together should not expire together. */
  const jittered = (ms: number) => ms * (0.9 + 0.1 * random())

  function keep(key: string, { value, facets, databases }: CacheValue, ttlMs: number, at: Positions) {
    const bytes = 2 * (value.length + key.length)
    return memory.store(key, { value, facets, databases, bytes, expiresAt: clock() + ttlMs }, at)
  }

  async function lookUp(level: RedisLevel, key: string, accepts: Accepts): Promise<LookUp> {
    const { state, entry } = await level.read(key)
    const at: ReadAt = { memory: memory.positions, redis: state }
    if (!state || !entry) return { found: null, at }
    const { value, facets, databases, ttlMs } = entry
    // The memory may be ahead of Redis, and may already know that the value has changed.
    const end = keep(key, { value, facets, databases, maxAgeMs: ttlMs }, ttlMs, state.positions)
    if (end !== 'stored' && end !== 'too large') return { found: null, at }
    const positions = chosen(databases, memory.positions, state.positions, higher)
    const accepted = positions && [...positions].every(([name, position]) => accepts(name, position))
    if (!accepted) return { found: null, at }
    return { found: { value, facets, databases, positions, level: 'redis', expiresAt: clock() + ttlMs }, at }
  }

  return {
    hasRedis: redis !== null,
    peek(key, accepts) {
      const entry = memory.read(key, accepts)
      if (!entry) return null
      const { value, facets, databases, expiresAt } = entry
      return { value, facets, databases, positions: memory.positions, level: 'memory', expiresAt }
    },
    now: () => ({ memory: memory.positions, redis: null }),
    lookUp: async (key, accepts) =>
      redis ? lookUp(redis, key, accepts) : { found: null, at: { memory: memory.positions, redis: null } },
    admits: (key) => !memory.full || doorkeeper.saw(key),
    store(key, value, at) {
      const { maxAgeMs, expiresAt = Number.POSITIVE_INFINITY } = value
      const ttlMs = Math.min(jittered(maxAgeMs), expiresAt - clock())
      const end = keep(key, value, ttlMs, at.memory)
      // Parts of the value may come from either level.
      const places = at.redis && chosen(value.databases, at.memory, at.redis.positions, lower)
      if (redis && at.redis && places) {
        const { value: text, facets, databases } = value
        const entry = { value: text, facets, databases, ttlMs }
        redis.store({ key, entry, at: places }, at.redis.incarnation)
      }
      return end
    },
  }
}

/** A position for each database. Null if one is unknown, or in different epochs. */
function chosen(
  databases: readonly string[],
  a: Positions,
  b: Positions,
  choose: (one: CachePosition, other: CachePosition) => CachePosition,
): Positions | null {
  const places = new Map<string, CachePosition>()
  for (const database of databases) {
    const [one, other] = [a.get(database), b.get(database)]
    if (!one || !other || one.epoch !== other.epoch) return null
    places.set(database, choose(one, other))
  }
  return places
}

const lower = (one: CachePosition, other: CachePosition) => (one.offset < other.offset ? one : other)
const higher = (one: CachePosition, other: CachePosition) => (one.offset < other.offset ? other : one)
