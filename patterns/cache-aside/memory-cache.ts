import { LRUCache } from 'lru-cache'
import { appliedAt, type LogRecord, type Position } from '../change-log/index.ts'
import type { Accepts, CachePosition, Places, Positions } from './position.ts'
import { recentInvalidations, type RecentInvalidations } from './recent-invalidations.ts'

export type Entry<Value> = {
  readonly value: Value
  /** Every facet that the value rests on. */
  readonly facets: readonly string[]
  /** Names of the databases that the value was read from. */
  readonly databases: readonly string[]
  /** Estimated memory of the value. */
  readonly bytes: number
  /** Time of the cache's clock, in milliseconds. */
  readonly expiresAt: number
}

/**
 * - `stored`
 * - `too large`: larger than one entry may be
 * - `unknown position`: the value was read before the cache followed the log of a database, or from another epoch of the log
 * - `too old`: so many invalidations came since the value was read that the list of them no longer reaches back
 *   that far, or one of its facets was invalidated since
 */
export type FillEnd = 'stored' | 'too large' | 'unknown position' | 'too old'

export type MemoryCacheOptions = {
  /** Maximum memory of all entries. Bytes. */
  maxBytes: number
  /** Maximum memory of one entry. Bytes. @default a hundredth of `maxBytes` */
  maxEntryBytes?: number
  /** Maximum number of recent invalidations that are remembered for each database. @default 100000 */
  maxRecent?: number
  /** Monotonic clock, in milliseconds. */
  clock: () => number
}

/**
 * A cache in the memory of this process. Events of the logs invalidate its entries. A fill is refused if one of the value's
 * facets may have been invalidated after the value was read.
 */
export type MemoryCache<Value> = {
  /** Read them before the database is read: `store` needs the positions from before the read. */
  readonly positions: Positions
  readonly bytes: number
  /** Whether a new entry may displace others. */
  readonly full: boolean
  /** Null if there is no entry, or if the reader does not accept the position of the cache. */
  read(key: string, accepts: Accepts): Entry<Value> | null
  /** @param at the positions from before the value was read, at least of the databases of the entry */
  store(key: string, entry: Entry<Value>, at: Places): FillEnd
  /**
   * Applies the next records of a log, in order.
   *
   * @throws RangeError if they do not follow the position. Then the log must be followed anew; see `restart`
   */
  apply(database: string, epoch: number, records: readonly LogRecord[]): void
  /** Drops everything that was read from a database, and follows its log from another position. */
  restart(database: string, position: Position): void
  /** Stops to follow the log of a database. What was read from it is dropped, and nothing of it is stored. */
  leave(database: string): void
}

/** Memory of an entry besides its value, and of each facet besides its name. Bytes. */
const ENTRY_BYTES = 300
const FACET_BYTES = 40

type Place = Pick<Position, 'epoch' | 'offset'>
/** `places`: for each database, a position up to which no event has changed the value. It grows when the entry is read. */
type Stored<Value> = Entry<Value> & { readonly places: Place[]; checkedAt: number }
type Followed = { at: CachePosition; recent: RecentInvalidations }

export function createMemoryCache<Value>(options: MemoryCacheOptions): MemoryCache<Value> {
  const { maxBytes, maxEntryBytes = maxBytes / 100, maxRecent = 100_000, clock } = options
  const followed = new Map<string, Followed>()
  let positions: Positions = new Map()
  /** The number of changes that may have invalidated an entry. */
  let changes = 0
  const entries = new LRUCache<string, Stored<Value>>({ maxSize: maxBytes, sizeCalculation: sizeOf })

  /** Entries are found invalid when they are read: a facet can have a million of them. */
  function isCurrent(entry: Stored<Value>): boolean {
    if (entry.checkedAt === changes) return true
    const { databases, facets, places } = entry
    for (const [i, database] of databases.entries()) {
      const place = places[i]
      const state = followed.get(database)
      if (!place || !state || place.epoch !== state.at.epoch) return false
      if (state.recent.mayHaveChanged(facets, place.offset)) return false
      if (place.offset < state.at.offset) places[i] = placeOf(state.at)
    }
    entry.checkedAt = changes
    return true
  }

  function moveTo(database: string, state: Followed): void {
    followed.set(database, state)
    positions = new Map([...positions, [database, state.at]])
  }

  function touch({ recent }: Followed, offset: number, touches: readonly string[] | null): void {
    changes++
    if (touches === null) recent.raiseFloor(offset)
    else for (const facet of touches) recent.add(facet, offset)
  }

  function refusal({ facets, databases, ...entry }: Entry<Value>, at: Places): FillEnd | null {
    for (const database of databases) {
      const read = at.get(database)
      const state = followed.get(database)
      if (!read || !state || read.epoch !== state.at.epoch) return 'unknown position'
      if (state.recent.mayHaveChanged(facets, read.offset)) return 'too old'
    }
    // Last: a value that is too large may still be used.
    return sizeOf({ ...entry, facets }) > maxEntryBytes ? 'too large' : null
  }

  return {
    get positions() {
      return positions
    },
    get bytes() {
      return entries.calculatedSize
    },
    get full() {
      return entries.calculatedSize > maxBytes * 0.9
    },
    read(key, accepts) {
      const entry = entries.get(key)
      if (!entry) return null
      if (entry.expiresAt <= clock() || !isCurrent(entry)) {
        entries.delete(key)
        return null
      }
      for (const database of entry.databases) {
        const position = positions.get(database)
        if (!position || !accepts(database, position)) return null
      }
      return entry
    },
    store(key, entry, at) {
      const refused = refusal(entry, at)
      if (refused) return refused
      const places = entry.databases.map((name) => placeOf(at.get(name) ?? NOWHERE))
      // Not checked yet: the positions of the fill may be older than those of the cache.
      entries.set(key, { ...entry, places, checkedAt: -1 })
      return 'stored'
    },
    apply(database, epoch, records) {
      const state = followed.get(database)
      if (!state) throw new RangeError(`The cache does not follow the log of ${database}.`)
      let { at } = state
      for (const record of records) {
        if (epoch !== at.epoch || record.offset !== at.offset + 1) {
          throw new RangeError(
            `${epoch}-${record.offset} does not follow ${at.epoch}-${at.offset} in the log of ${database}.`,
          )
        }
        at = { ...at, offset: record.offset }
        if (record.kind === 'event') touch(state, record.offset, record.touches)
        else at = { ...at, tick: appliedAt(epoch, record), time: record.time }
      }
      moveTo(database, { ...state, at })
    },
    restart(database, { epoch, offset }) {
      changes++
      const recent = recentInvalidations(offset, maxRecent)
      moveTo(database, { at: { epoch, offset, tick: null, time: 0 }, recent })
    },
    leave(database) {
      changes++
      followed.delete(database)
      positions = new Map([...positions].filter(([name]) => name !== database))
    },
  }
}

const NOWHERE: Place = { epoch: 0, offset: 0 }
/** Without the tick, which would stay in memory. */
const placeOf = ({ epoch, offset }: Place): Place => ({ epoch, offset })

function sizeOf({ bytes, facets }: Pick<Entry<unknown>, 'bytes' | 'facets'>): number {
  let names = 0
  for (const facet of facets) names += facet.length
  return Math.ceil(ENTRY_BYTES + bytes + FACET_BYTES * facets.length + 2 * names)
}
