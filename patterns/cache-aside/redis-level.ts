import type { RedisEntries, RedisEntry, RedisFill } from './redis-entries.ts'

/** Maximum number of entries in one script, and of bytes. Redis serves no other client while a script runs. */
const MAX_ENTRIES = 64
const MAX_BYTES = 1_048_576
/** Of one entry. Other readers on the connection wait while a value is sent, and readers do not wait long. Characters, and a number. */
const MAX_VALUE = 262_144
const MAX_FACETS = 10_000
/** Maximum memory of fills that wait for Redis. Further ones are dropped. Bytes. */
const MAX_WAITING_BYTES = 16 * 1_048_576

export type RedisLevelOptions = {
  entries: RedisEntries
  /** Called for each fill. */
  onFill: (end: RedisFillEnd) => void
}

/**
 * - `stored`
 * - `too large`: the value has more than 262,144 characters, or rests on more than 10,000 facets
 * - `dropped`: too many fills wait, or Redis does not respond
 */
export type RedisFillEnd = 'stored' | 'too large' | 'dropped'

/** Reads and fills of many requests, in one round trip to Redis for each turn of the event loop. */
export type RedisLevel = {
  /** Never rejects: if Redis does not respond, there is no entry. */
  read(key: string): Promise<RedisEntry | null>
  store(fill: RedisFill): void
}

export function createRedisLevel({ entries, onFill }: RedisLevelOptions): RedisLevel {
  let reads: { key: string; resolve: (entry: RedisEntry | null) => void }[] = []
  let fills: RedisFill[] = []
  let waitingBytes = 0

  function schedule(): void {
    if (reads.length + fills.length === 1) setImmediate(sendAll)
  }

  function sendAll(): void {
    const [reading, filling] = [reads, fills]
    reads = []
    fills = []
    for (let i = 0; i < reading.length; i += MAX_ENTRIES) void readAll(reading.slice(i, i + MAX_ENTRIES))
    for (const batch of batchesOf(filling)) void storeAll(batch)
  }

  async function readAll(batch: typeof reads): Promise<void> {
    try {
      const found = await entries.read(batch.map(({ key }) => key))
      batch.forEach(({ resolve }, i) => resolve(found[i] ?? null))
    } catch {
      for (const { resolve } of batch) resolve(null)
    }
  }

  async function storeAll(batch: readonly RedisFill[]): Promise<void> {
    const bytes = batch.reduce((sum, fill) => sum + sizeOf(fill), 0)
    let end: RedisFillEnd = 'stored'
    try {
      await entries.store(batch)
    } catch {
      end = 'dropped'
    }
    waitingBytes -= bytes
    for (const _ of batch) onFill(end)
  }

  return {
    read: (key) =>
      new Promise((resolve) => {
        reads.push({ key, resolve })
        schedule()
      }),
    store(fill) {
      const { value, facets } = fill.entry
      if (value.length > MAX_VALUE || facets.length > MAX_FACETS) return onFill('too large')
      const bytes = sizeOf(fill)
      if (waitingBytes + bytes > MAX_WAITING_BYTES) return onFill('dropped')
      waitingBytes += bytes
      fills.push(fill)
      schedule()
    },
  }
}

function sizeOf({ key, entry: { value, facets } }: RedisFill): number {
  return key.length + value.length + 60 * facets.length
}

function* batchesOf(fills: readonly RedisFill[]): Generator<RedisFill[]> {
  let batch: RedisFill[] = []
  let bytes = 0
  for (const fill of fills) {
    if (batch.length === MAX_ENTRIES || bytes > MAX_BYTES) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(fill)
    bytes += sizeOf(fill)
  }
  if (batch.length > 0) yield batch
}
