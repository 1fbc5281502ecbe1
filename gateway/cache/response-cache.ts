import type { CachePosition, FillEnd, LogFollower, MemoryCache } from '../../patterns/cache-aside/index.ts'
import { isFresh, type Copies } from '../../patterns/change-log/index.ts'
import { Counter } from '../../platform/metrics/counter.ts'
import { NO_TOKEN } from '../consistency-token/request-consistency.ts'
import type { CacheStatus, OperationResponse } from '../execution/operation.ts'
import type { ExecutableOperation } from '../execution/operation-store.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { Rests } from './rests.ts'

export type ResponseCacheOptions = {
  memory: MemoryCache<string>
  databaseNow: LogFollower['databaseNow']
  /** Which copies each database keeps. */
  copies: Copies
  /** The databases behind a subgraph. Empty if they have no logs; then nothing of the subgraph is cached. */
  databasesOf: (subgraph: string) => readonly string[]
  /** Monotonic clock, in milliseconds. */
  clock: () => number
  /** Number from 0 to 1. */
  random: () => number
  /** Maximum age of what the cache knows about a database. Beyond it, the cache is bypassed. Milliseconds. @default 5000 */
  maxLagMs?: number
}

/** Keeps whole responses that are the same for all viewers, until an event touches what they rest on. */
export type ResponseCache = {
  /** @param execute executes the operation for a context */
  respond(
    operation: ExecutableOperation,
    context: GatewayContext,
    execute: (context: GatewayContext) => Promise<OperationResponse>,
  ): Promise<OperationResponse>
  readonly figures: CacheFigures
}

/** What the cache did for a response: it had it, stored it, or why it did not store it. */
export type CacheOutcome = 'hit' | 'errors' | 'stale' | 'unreported' | FillEnd

/** Figures for metrics. */
export type CacheFigures = {
  readonly responses: Counter<CacheOutcome>
  /** Memory of all entries. */
  bytes(): number
}

export function createResponseCache(options: ResponseCacheOptions): ResponseCache {
  const { memory, databaseNow, copies, databasesOf, clock, random, maxLagMs = 5_000 } = options

  const responses = new Counter<CacheOutcome>('outcome', ['hit', 'stored'])

  function acceptsFor({ consistency }: GatewayContext) {
    const token = consistency?.asked ?? NO_TOKEN
    return (database: string, { tick, time }: CachePosition): boolean => {
      const age = databaseNow(database) - time
      // Negative if the clock of the database was set.
      if (!tick || age < 0 || age > maxLagMs) return false
      return token.size === 0 || isFresh(token, new Map([[database, tick]]), copies)
    }
  }

  /** Age of what the cache knows about these databases. Whole seconds. */
  function ageOf(databases: readonly string[]): number {
    const times = databases.map((name) => databaseNow(name) - (memory.positions.get(name)?.time ?? 0))
    return Math.max(0, Math.floor(Math.max(...times) / 1_000))
  }

  function store(
    key: string,
    maxAge: number,
    data: string,
    rests: Rests,
    at: typeof memory.positions,
  ): CacheStatus {
    const logs = [...rests.subgraphs].map(databasesOf)
    if (!rests.complete || logs.length === 0 || logs.some(({ length }) => length === 0)) {
      responses.add('unreported')
      return { kind: 'miss', reason: 'not stored: a subgraph did not report its facets' }
    }
    // Entries that were stored together should not expire together.
    const expiresAt = clock() + maxAge * 1_000 * (0.9 + 0.1 * random())
    const entry = {
      value: data,
      facets: [...rests.facets],
      databases: logs.flat(),
      bytes: 2 * (data.length + key.length),
      expiresAt,
    }
    const end = memory.store(key, entry, at)
    responses.add(end)
    return { kind: 'miss', reason: end === 'stored' ? 'stored' : `not stored: ${end}` }
  }

  return {
    figures: { responses, bytes: () => memory.bytes },
    async respond({ cache, identity }, context, execute) {
      const key = cache?.scope === 'PUBLIC' ? identity() : null
      if (!cache || key === null) return execute(context)
      const hit = memory.read(key, acceptsFor(context))
      if (hit) {
        responses.add('hit')
        return {
          kind: 'complete',
          data: hit.value,
          errors: [],
          cache: { kind: 'hit', age: ageOf(hit.databases) },
        }
      }
      // Before the first request: a fill needs the positions from before the databases were read.
      const at = memory.positions
      const rests = new Rests()
      const shared: GatewayContext = { ...context, viewer: null, rests }
      const response = await execute(shared)
      context.consistency = shared.consistency
      const stale = (shared.consistency?.stale().length ?? 0) > 0
      if (response.errors.length > 0 || stale) {
        responses.add(stale ? 'stale' : 'errors')
        return response
      }
      return { ...response, cache: store(key, cache.maxAge, response.data, rests, at) }
    },
  }
}
