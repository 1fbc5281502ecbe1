import type { CacheValue, Found, Positions, TwoLevels } from '../../patterns/cache-aside/index.ts'
import type { Token } from '../../patterns/change-log/index.ts'
import type { Cacheability } from '../execution/cacheability.ts'
import type { CacheStatus, CompleteResponse, OperationResponse } from '../execution/operation.ts'
import type { ExecutableOperation } from '../execution/operation-store.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { CacheFigures, CacheOutcome } from './cache-figures.ts'
import { flatText } from './flat-text.ts'
import { forViewer } from './for-viewer.ts'
import type { Freshness, Reader } from './freshness.ts'
import { Rests } from './rests.ts'
import { shortKey } from './short-key.ts'

export type ResponseCacheOptions = {
  levels: TwoLevels
  freshness: Freshness
  /** The databases behind a subgraph. Empty if they have no logs; then nothing of the subgraph is cached. */
  databasesOf: (subgraph: string) => readonly string[]
  figures: CacheFigures
  /** Waits, for a bounded time, until the cache knows what this request has written. */
  afterWrite: (written: Token) => Promise<void>
}

/** Keeps whole responses until an event touches what they rest on. */
export type ResponseCache = {
  /** The response that is in memory. Null if there is none, or if the operation may not be cached. */
  find(operation: ExecutableOperation, context: GatewayContext): CompleteResponse | null
  /** @param execute executes the operation for a context */
  respond(
    operation: ExecutableOperation,
    context: GatewayContext,
    execute: (context: GatewayContext) => Promise<OperationResponse>,
  ): Promise<OperationResponse>
}

type Forwarded = Extract<CacheStatus, { kind: 'forwarded' }>

export function createResponseCache(options: ResponseCacheOptions): ResponseCache {
  const { levels, freshness, databasesOf, figures, afterWrite } = options

  /** What a response rests on. Null if a subgraph did not report it, or has no log. */
  function valueOf(data: string, rests: Rests, maxAge: number): CacheValue | null {
    const { complete, subgraphs, facets, expiresAt } = rests
    const logs = [...subgraphs].map(databasesOf)
    if (!complete || logs.length === 0 || logs.some(({ length }) => length === 0)) return null
    const databases = logs.flat()
    return { value: flatText(data), facets, databases, maxAgeMs: maxAge * 1_000, expiresAt }
  }

  function store(
    key: string,
    admitted: boolean,
    { data }: OperationResponse,
    rests: Rests,
    { maxAge, scope }: Cacheability,
    at: Positions,
  ): Pick<Forwarded, 'stored' | 'detail'> {
    const refused = (outcome: CacheOutcome, detail: string) => {
      figures.add('response', outcome)
      return { stored: false, detail }
    }
    if (!admitted) return refused('asked once', 'the cache is full')
    const value = valueOf(data, rests, maxAge)
    if (!value) return refused('unreported', 'a subgraph did not report its facets')
    const end = levels.store(key, value, at, scope === 'PUBLIC')
    if (end !== 'stored') return refused(end, end)
    figures.add('response', end)
    return { stored: true }
  }

  async function forward(
    cacheability: Cacheability,
    key: string,
    at: Positions,
    context: GatewayContext,
    refused: Reader['refused'],
    execute: (context: GatewayContext) => Promise<OperationResponse>,
  ): Promise<OperationResponse> {
    // Asked before the response is made: what is not stored need not be gathered.
    const admitted = levels.admits(key)
    const rests = new Rests(admitted)
    const own: GatewayContext = {
      ...context,
      ...(cacheability.scope === 'PUBLIC' && { viewer: null }),
      rests,
      reportFacets: admitted,
    }
    const response = await execute(own)
    context.consistency = own.consistency
    const why = refused ?? (rests.partly ? 'partial' : 'miss')
    const stale = (own.consistency?.stale().length ?? 0) > 0
    if (stale || response.errors.length > 0) {
      figures.add('response', stale ? 'stale' : 'errors')
      const detail = stale ? 'a copy was behind' : 'errors'
      return { ...response, cache: { kind: 'forwarded', why, stored: false, detail } }
    }
    const ending = store(key, admitted, response, rests, cacheability, at)
    return { ...response, cache: { kind: 'forwarded', why, ...ending } }
  }

  async function uncached(
    isQuery: boolean,
    context: GatewayContext,
    execute: (context: GatewayContext) => Promise<OperationResponse>,
  ): Promise<OperationResponse> {
    const response = await execute(context)
    const written = context.consistency?.kept()
    if (written) await afterWrite(written)
    return isQuery ? { ...response, cache: { kind: 'forwarded', why: 'bypass', stored: false } } : response
  }

  function hit(found: Found): CompleteResponse {
    const { level, value } = found
    figures.add('response', level)
    const cache: CacheStatus = { kind: 'hit', level, age: freshness.ageOf(found) }
    return { kind: 'complete', data: value, errors: [], cache }
  }

  return {
    find({ cache, identity }, context) {
      const key = cache && keyFor(cache, identity(), context)
      const found = key ? levels.peek(key, freshness.forReader(context).accepts) : null
      return found && hit(found)
    },
    async respond({ cache, identity }, context, execute) {
      const key = cache ? keyFor(cache, identity(), context) : null
      if (!cache || key === null) return uncached(identity() !== null, context, execute)
      const reader = freshness.forReader(context)
      let found = levels.peek(key, reader.accepts)
      // What is only for one viewer is not stored in Redis.
      const isInRedis = cache.scope === 'PUBLIC' && levels.hasRedis
      if (!found && isInRedis) found = await levels.lookUp(key, reader.accepts)
      // The positions are from before the first request to a subgraph.
      return found ? hit(found) : forward(cache, key, levels.positions, context, reader.refused, execute)
    },
  }
}

function keyFor({ scope }: Cacheability, identity: string | null, { viewer }: GatewayContext): string | null {
  if (identity === null) return null
  return shortKey(scope === 'PUBLIC' ? identity : forViewer(viewer, identity))
}
