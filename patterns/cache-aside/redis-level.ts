import type { RedisCache, RedisEntry, RedisFill, RedisFillEnd, RedisState } from './redis-cache.ts'

/** Maximum number of entries in one script, and of bytes. Redis serves no other client while a script runs. */
const MAX_ENTRIES = 64
const MAX_BYTES = 1_048_576
/** Maximum memory of fills that wait for Redis. Further ones are dropped. Bytes. */
const MAX_WAITING_BYTES = 16 * 1_048_576

export type RedisLevelOptions = {
  cache: Pick<RedisCache, 'read' | 'store'>
  /** Called when a read shows another state than the one before, before its entries are returned. */
  onMove: () => void
  /** Called for each fill. `dropped` if too many fills wait, or Redis does not respond. */
  onFill: (end: RedisFillEnd | 'dropped') => void
}

/** Reads and fills of many requests, in one round trip to Redis for each turn of the event loop. */
export type RedisLevel = {
  /** Never rejects: if Redis does not respond, there is no state and no entry. */
  read(key: string): Promise<RedisRead>
  /** @param incarnation from before the value was read */
  store(fill: RedisFill, incarnation: string): void
}

export type RedisRead = { state: RedisState | null; entry: RedisEntry | null }

const NOTHING: RedisRead = { state: null, entry: null }

export function createRedisLevel({ cache, onMove, onFill }: RedisLevelOptions): RedisLevel {
  let reads: { key: string; resolve: (read: RedisRead) => void }[] = []
  let fills: { fill: RedisFill; incarnation: string }[] = []
  let waitingBytes = 0
  let seen: RedisState | null = null

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
      const { state, entries } = await cache.read(batch.map(({ key }) => key))
      if (state !== seen) {
        seen = state
        onMove()
      }
      batch.forEach(({ resolve }, i) => resolve({ state, entry: entries[i] ?? null }))
    } catch {
      for (const { resolve } of batch) resolve(NOTHING)
    }
  }

  async function storeAll(batch: typeof fills): Promise<void> {
    const bytes = batch.reduce((sum, { fill }) => sum + sizeOf(fill), 0)
    try {
      const ends = await cache.store(
        batch.map(({ fill }) => fill),
        batch[0]?.incarnation ?? '',
      )
      ends.forEach(onFill)
    } catch {
      for (const _ of batch) onFill('dropped')
    } finally {
      waitingBytes -= bytes
    }
  }

  return {
    read: (key) =>
      new Promise((resolve) => {
        reads.push({ key, resolve })
        schedule()
      }),
    store(fill, incarnation) {
      const bytes = sizeOf(fill)
      if (waitingBytes + bytes > MAX_WAITING_BYTES) return onFill('dropped')
      waitingBytes += bytes
      fills.push({ fill, incarnation })
      schedule()
    },
  }
}

function sizeOf({ key, entry: { value, facets } }: RedisFill): number {
  return key.length + value.length + 60 * facets.length
}

/** All fills of a batch have the same incarnation. */
function* batchesOf<Fill extends { fill: RedisFill; incarnation: string }>(
  fills: readonly Fill[],
): Generator<Fill[]> {
  let batch: Fill[] = []
  let bytes = 0
  for (const next of fills) {
    const other = batch[0] && batch[0].incarnation !== next.incarnation
    if (other || batch.length === MAX_ENTRIES || bytes > MAX_BYTES) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(next)
    bytes += sizeOf(next.fill)
  }
  if (batch.length > 0) yield batch
}
