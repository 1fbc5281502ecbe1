import {
  createMemoryCache,
  createRedisEntries,
  createRedisLevel,
  createTwoLevels,
  type Accepts,
  type MemoryCache,
  type Positions,
  type TwoLevels,
} from '../../../patterns/cache-aside/index.ts'
import { sees, type SendCommand } from '../../../patterns/change-log/index.ts'
import { domainKeys } from './domain-keys.ts'
import { DATABASES, databaseOf, FACETS, modelledLogs, type Database, type Write } from './modelled-logs.ts'

/** Faults that break the law: in the way the cache is used, or in the cache. */
export const PLANTS = [
  'a fill with the positions at its end',
  'a fill with the positions of a reader that joined the flight',
  'an entry without its nested facets',
  'an event before its commit',
  'an entry from Redis with the positions of the memory',
  'a token that is ignored',
] as const
export type Plant = (typeof PLANTS)[number]

export const GATEWAYS = 2

/** The facets of each key; `x→` shows x and, depending on it, y or z. */
const KEYS = ['x', 'xy', 'xp', 'q', 'x→'] as const
/** Parts of the others: `xy` may be made of what the memory has for `x`. */
const PARTS: readonly string[] = ['x', 'q']
type Key = (typeof KEYS)[number]

/** The version of each facet that a value shows. */
type Shown = Readonly<Record<string, number>>

type Gateway = {
  memory: MemoryCache<string>
  levels: TwoLevels
  lookUp: TwoLevels['lookUp']
  /** Called when Redis has responded to a fill. */
  filled: () => void
}
type Flight = { gateway: Gateway; key: Key; at: Positions; value: Shown | null }

export type World = ReturnType<typeof createWorld>

/**
 * Two databases with their logs, two gateways with a memory each, and one Redis. Each step may happen at any time. A read throws if
 * its value breaks the law.
 *
 * @param sends a connection to Redis for each gateway
 */
export function createWorld(sends: readonly SendCommand[], domain: string, plant: Plant | null) {
  const logs = modelledLogs()
  const keys = domainKeys(one(sends, 0), domain)
  const hits = { memory: 0, redis: 0 }
  const lastWrites = new Map<Database, Write>()
  /** Not committed yet, although the events are published: only with a plant. */
  const uncommitted: Write[] = []
  const flights: Flight[] = []
  const gateways = sends.map(newGateway)

  function newGateway(send: SendCommand): Gateway {
    const level = createRedisLevel({
      entries: createRedisEntries(send, domain),
      onFill: () => gateway.filled(),
    })
    let taking = false
    const levels = createTwoLevels({
      memory: {
        full: false,
        get positions() {
          return gateway.memory.positions
        },
        read: (key, accepts) => gateway.memory.read(key, accepts),
        store(key, entry, at) {
          const wrong = taking && plant === 'an entry from Redis with the positions of the memory'
          return gateway.memory.store(key, entry, wrong ? gateway.memory.positions : at)
        },
      },
      redis: level,
      clock: () => 0,
      random: () => 0,
    })
    const gateway: Gateway = {
      memory: newMemory(),
      filled: () => {},
      levels,
      lookUp(key, accepts) {
        taking = true
        return levels.lookUp(key, accepts).finally(() => (taking = false))
      },
    }
    return gateway
  }

  function newMemory(): MemoryCache<string> {
    const limits = { maxBytes: 100_000, maxEntryBytes: 10_000, maxRecent: 3 }
    const memory = createMemoryCache<string>({ ...limits, clock: () => 0 })
    for (const database of DATABASES) {
      // It begins some records back, to be able to judge what Redis has from before.
      const { epoch, offset } = logs.topOf(database)
      const start = { epoch, offset: Math.max(0, offset - 4) }
      memory.restart(database, start)
      memory.apply(database, epoch, logs.recordsAfter(database, start, 4))
    }
    return memory
  }

  /** Reads the database, and if there is a gateway, what its memory has. */
  function read(key: Key, gateway: Gateway | null): Shown {
    const shown: Record<string, number> = {}
    const show = (facet: string) => (shown[facet] = partOf(facet) ?? logs.rows.get(facet) ?? 0)
    const partOf = (facet: string) => {
      const part = PARTS.includes(facet) ? gateway?.levels.peek(facet, () => true) : null
      return part && (JSON.parse(part.value) as Shown)[facet]
    }
    if (key === 'x→') show(show('x') % 2 === 0 ? 'y' : 'z')
    else for (const facet of key) show(facet)
    return shown
  }

  /** The law: a value is not older than the position of the cache, and has the writes of the reader's token. */
  function check(where: keyof typeof hits, value: string, positions: Positions, token: Write | null): void {
    hits[where]++
    for (const [facet, version] of Object.entries(JSON.parse(value) as Shown)) {
      const position = positions.get(databaseOf(facet))
      const known = (position && logs.versionAt(facet, position)) ?? 0
      const written = token?.facets.includes(facet) ? token.version : 0
      if (version < Math.max(known, written)) {
        throw new Error(`${where}: ${facet} has version ${version}, not ${known} or ${written}`)
      }
    }
  }

  function acceptsOf(token: Write | null, database: Database): Accepts {
    if (!token || plant === 'a token that is ignored') return () => true
    return (name, { tick }) => name !== database || (tick !== null && sees(tick.cur, BigInt(token.version)))
  }

  const steps = {
    write(a: number, b: number, c: number) {
      const database = one(DATABASES, a)
      const facets = FACETS[database].filter((_, i) => ((b % 7) + 1) & (1 << i))
      const write = logs.newWrite(facets, c % 9 === 0)
      logs.queue(database, write)
      if (plant === 'an event before its commit') return void uncommitted.push(write)
      logs.commit(write)
      lastWrites.set(database, write)
    },
    commitLate: () => uncommitted.splice(0).forEach(logs.commit),
    tick: (a: number) => logs.publish(one(DATABASES, a)),
    follow(a: number, b: number, c: number) {
      const { memory } = one(gateways, a)
      const database = one(DATABASES, b)
      const top = logs.topOf(database)
      const at = memory.positions.get(database)
      if (at?.epoch !== top.epoch) return memory.restart(database, top)
      memory.apply(database, top.epoch, logs.recordsAfter(database, at, 1 + (c % 6)))
    },
    async read(a: number, b: number, c: number) {
      const gateway = one(gateways, a)
      const key = one(KEYS, b)
      const database = one(DATABASES, c)
      const token = c % 3 === 0 ? (lastWrites.get(database) ?? null) : null
      const accepts = acceptsOf(token, database)
      const hit = gateway.levels.peek(key, accepts)
      if (hit) return check('memory', hit.value, hit.positions, token)
      const found = await gateway.lookUp(key, accepts)
      if (found) return check('redis', found.value, found.positions, token)
      flights.push({ gateway, key, at: gateway.memory.positions, value: null })
    },
    /** A read that nothing interrupts. */
    async fetch(a: number, b: number, c: number) {
      const flight = flights.length
      await steps.read(a, b, c)
      if (flights.length === flight) return
      steps.query(flight, b)
      await steps.arrive(flight)
    },
    query(a: number, b: number) {
      const flight = flights[a % (flights.length || 1)]
      if (flight) flight.value ??= read(flight.key, b % 2 === 0 ? flight.gateway : null)
    },
    async join(a: number) {
      const flight = flights[a % (flights.length || 1)]
      if (!flight || plant !== 'a fill with the positions of a reader that joined the flight') return
      flight.at = flight.gateway.memory.positions
    },
    async arrive(a: number) {
      const flight = flights[a % (flights.length || 1)]
      if (!flight?.value) return
      flights.splice(flights.indexOf(flight), 1)
      const { gateway, key, value } = flight
      const late = plant === 'a fill with the positions at its end'
      const at = late ? gateway.memory.positions : flight.at
      const facets = Object.keys(value)
      const entry = {
        value: JSON.stringify(value),
        facets: plant === 'an entry without its nested facets' ? facets.slice(0, 1) : facets,
        databases: [...new Set(facets.map(databaseOf))],
        maxAgeMs: 60_000,
      }
      const { promise: filled, resolve } = Promise.withResolvers<void>()
      gateway.filled = resolve
      if (gateway.levels.store(key, entry, at, true) === 'stored') await filled
    },
    evictEntry: (a: number) => keys.evict('', a),
    flush: () => keys.flush(),
    save: () => keys.save(),
    restoreOldFile: () => keys.restore(),
    crashGateway(a: number) {
      const gateway = one(gateways, a)
      gateway.memory = newMemory()
    },
    startEpoch(a: number) {
      const database = one(DATABASES, a)
      logs.publish(database)
      logs.startEpoch(database)
    },
  }

  return { steps, hits, [Symbol.asyncDispose]: () => keys[Symbol.asyncDispose]() }
}

function one<Item>(items: readonly Item[], n: number): Item {
  return items[n % items.length] as Item
}
