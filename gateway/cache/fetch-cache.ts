import type { Found, Positions, TwoLevels } from '../../patterns/cache-aside/index.ts'
import { isJsonObject, type JsonObject } from '../execution/json.ts'
import type { FetchCaching, SubgraphRequest, SubgraphResponse } from '../execution/subgraph-request.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { SubgraphSource } from '../subgraph-client/remote-subgraph.ts'
import type { CacheFigures, CacheOutcome } from './cache-figures.ts'
import { assemble, atIndex, faultyIndexes, parsed, unfetched } from './entity-response.ts'
import { facetListsOf } from './facet-lists.ts'
import { forViewer } from './for-viewer.ts'
import type { Freshness, Reader } from './freshness.ts'
import { shortKey } from './short-key.ts'

export type FetchCacheOptions = {
  levels: TwoLevels
  freshness: Freshness
  /** The databases behind a subgraph. Empty if they have no logs; then nothing of the subgraph is cached. */
  databasesOf: (subgraph: string) => readonly string[]
  figures: CacheFigures
}

/** Puts the cache before a subgraph: an entry for each entity, or for the root fields of a fetch. Only misses are fetched. */
export type FetchCache = (source: SubgraphSource) => SubgraphSource

type Fetch = {
  request: SubgraphRequest
  caching: FetchCaching
  /** Without the viewer, if the values are shared. */
  context: GatewayContext
  reader: Reader
  databases: readonly string[]
  kind: string
}

type EntityFetch = NonNullable<SubgraphRequest['entities']>

type LookedUp = {
  keys: readonly string[]
  found: readonly (Found | null)[]
  /** The indexes of the keys for which nothing was found. */
  missing: readonly number[]
  /** For each of them, whether its value is stored when it arrives. */
  admitted: readonly boolean[]
}

export function createFetchCache({ levels, freshness, databasesOf, figures }: FetchCacheOptions): FetchCache {
  /** Looks into Redis for what is not in memory. */
  async function lookUp({ reader }: Fetch, keys: readonly string[], found: (Found | null)[]): Promise<void> {
    const misses = keys.flatMap((key, i) => (found[i] ? [] : [{ key, i }]))
    const lookUps = await Promise.all(misses.map(({ key }) => levels.lookUp(key, reader.accepts)))
    for (const [n, { i }] of misses.entries()) found[i] = lookUps[n] ?? null
  }

  function recordHits({ kind, context: { rests } }: Fetch, found: readonly (Found | null)[]): void {
    for (const hit of found) {
      if (!hit) continue
      figures.add(kind, hit.level)
      rests?.found(hit)
    }
  }

  /** Whether a missing value is stored when it arrives. This is asked before the fetch, which may then not need facets. */
  function admits({ kind }: Fetch, key: string): boolean {
    if (levels.admits(key)) return true
    figures.add(kind, 'asked once')
    return false
  }

  function store(fetch: Fetch, key: string, value: unknown, facets: readonly string[], at: Positions): void {
    const { caching, databases, kind } = fetch
    const maxAgeMs = caching.maxAge * 1_000
    const entry = { value: JSON.stringify(value), facets, databases, maxAgeMs }
    const end = levels.store(key, entry, at, caching.scope === 'PUBLIC')
    figures.add(kind, end)
  }

  /** Why nothing of a response is stored, or the facets of each of its values. */
  function storable(response: SubgraphResponse, expected: number): string[][] | CacheOutcome {
    const stale = response.extensions?.['stale']
    if (Array.isArray(stale) && stale.length > 0) return 'stale'
    return facetListsOf(response, expected) ?? 'unreported'
  }

  // Not async: a hot path, for fetches of which nothing is found and nothing is stored.
  function entities(fetch: Fetch, asked: EntityFetch, source: SubgraphSource): Promise<SubgraphResponse> {
    const { request, reader } = fetch
    const keys = asked.representations.map((representation) => keyOf(fetch, representation))
    const found = keys.map((key) => levels.peek(key, reader.accepts))
    const afterLookUp = () => {
      recordHits(fetch, found)
      const missing = keys.flatMap((_, i) => (found[i] ? [] : [i]))
      if (missing.length === 0) return Promise.resolve(assemble(found, request))
      const admitted = missing.map((i) => admits(fetch, keys[i] ?? ''))
      return missing.length === keys.length && !admitted.includes(true)
        ? source(request, fetch.context)
        : fetchMissing(fetch, asked, { keys, found, missing, admitted }, source)
    }
    return isInRedis(fetch) && found.includes(null)
      ? lookUp(fetch, keys, found).then(afterLookUp)
      : afterLookUp()
  }

  async function fetchMissing(
    fetch: Fetch,
    { head, representations }: EntityFetch,
    { keys, found, missing, admitted }: LookedUp,
    source: SubgraphSource,
  ): Promise<SubgraphResponse> {
    const { request, kind } = fetch
    // Before the fetch.
    const at = levels.positions
    const texts = missing.map((i) => representations[i] ?? '')
    const all = missing.length === representations.length
    const reduced = {
      ...request,
      body: `${head}${texts.join(',')}]}}`,
      entities: { head, representations: texts },
    }
    const stores = admitted.includes(true)
    const context = stores ? reporting(fetch.context) : fetch.context
    const response = await (all
      ? source(request, context)
      : source(reduced, context).catch((error: unknown) => unfetched(error, missing.length)))
    const values = response.data?.['_entities']
    const whole = Array.isArray(values) && values.length === missing.length
    const faulty = faultyIndexes(response)
    const facets = stores && (whole && faulty ? storable(response, missing.length) : 'errors')
    if (typeof facets === 'string') figures.add(kind, facets)
    // Before the engine changes the values. An entity with an error does not keep the others out.
    else if (facets && whole) {
      for (const [n, i] of missing.entries()) {
        if (!admitted[n]) continue
        if (faulty?.has(n)) figures.add(kind, 'errors')
        else store(fetch, keys[i] ?? '', values[n], facets[n] ?? [], at)
      }
    }
    if (all) return response
    // The engine compares the number of entities with that of the representations.
    if (!whole)
      return { ...response, data: null, errors: response.errors?.map((error) => atIndex(error, missing)) }
    return assemble(found, request, { response, values, missing })
  }

  async function root(fetch: Fetch, source: SubgraphSource): Promise<SubgraphResponse> {
    const { request, context, reader } = fetch
    const key = keyOf(fetch, '')
    const found = [levels.peek(key, reader.accepts)]
    if (isInRedis(fetch) && !found[0]) await lookUp(fetch, [key], found)
    recordHits(fetch, found)
    const [hit] = found
    if (hit) {
      const { data, plain } = parsed(hit, request)
      return { data: data as JsonObject, extensions: { facets: [hit.facets] }, plain }
    }
    // Before the fetch.
    const at = levels.positions
    if (!admits(fetch, key)) return source(request, context)
    const response = await source(request, reporting(context))
    const faulty = !isJsonObject(response.data) || (response.errors?.length ?? 0) > 0
    const facets = faulty ? 'errors' : storable(response, 1)
    if (typeof facets === 'string') figures.add(fetch.kind, facets)
    else store(fetch, key, response.data, facets[0] ?? [], at)
    return response
  }

  // Values of one viewer are not stored in Redis.
  const isInRedis = ({ caching }: Fetch) => caching.scope === 'PUBLIC' && levels.hasRedis

  return (source) => (request, context) => {
    const { caching, kind, subgraph, entities: asked } = request
    const databases = caching && kind === 'query' ? databasesOf(subgraph) : []
    if (!caching || databases.length === 0) return source(request, context)
    const fetch: Fetch = {
      request,
      caching,
      context: caching.scope === 'PUBLIC' && context.viewer ? { ...context, viewer: null } : context,
      reader: freshness.forReader(context),
      databases,
      kind: `${subgraph}:${asked ? typeIn(asked.representations) : 'Query'}`,
    }
    return asked ? entities(fetch, asked, source) : root(fetch, source)
  }
}

/** The subgraph then says what its response rests on. */
function reporting(context: GatewayContext): GatewayContext {
  return context.reportFacets === true ? context : { ...context, reportFacets: true }
}

function keyOf({ request, caching, context }: Fetch, representation: string): string {
  const { scope, selection } = caching
  const shared = `${request.subgraph} ${selection} ${representation}`
  return shortKey(scope === 'PUBLIC' ? shared : forViewer(context.viewer, shared))
}

/** The type of the first entity. All entities of a fetch have the same type, or implement the same interface. */
function typeIn([representation = '']: readonly string[]): string {
  return /"__typename":"(\w+)"/.exec(representation)?.[1] ?? 'entity'
}
