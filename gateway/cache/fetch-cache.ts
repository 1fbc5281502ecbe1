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

export function createFetchCache({ levels, freshness, databasesOf, figures }: FetchCacheOptions): FetchCache {
  /** What the levels have for each key. Null for a miss. @returns the positions for fills */
  async function lookUp(
    { caching, reader, kind, context: { rests } }: Fetch,
    keys: readonly string[],
    found: (Found | null)[],
  ) {
    if (caching.scope === 'PUBLIC' && levels.hasRedis) {
      const misses = keys.flatMap((key, i) => (found[i] ? [] : [{ key, i }]))
      const lookUps = await Promise.all(misses.map(({ key }) => levels.lookUp(key, reader.accepts)))
      for (const [n, { i }] of misses.entries()) found[i] = lookUps[n] ?? null
    }
    for (const hit of found) {
      if (!hit) continue
      figures.add(kind, hit.level)
      rests?.found(hit)
    }
    // Before any fetch.
    return levels.positions
  }

  function store(fetch: Fetch, key: string, value: unknown, facets: readonly string[], at: Positions): void {
    const { caching, databases, kind } = fetch
    if (!levels.admits(key)) return figures.add(kind, 'asked once')
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

  async function entities(
    fetch: Fetch,
    { head, representations }: NonNullable<SubgraphRequest['entities']>,
    source: SubgraphSource,
  ): Promise<SubgraphResponse> {
    const { request, context, kind, reader } = fetch
    const keys = representations.map((representation) => keyOf(fetch, representation))
    const found = keys.map((key) => levels.peek(key, reader.accepts))
    const at = await lookUp(fetch, keys, found)
    const missing = representations.flatMap((_, i) => (found[i] ? [] : [i]))
    if (missing.length === 0) return assemble(found, request)

    const texts = missing.map((i) => representations[i] ?? '')
    const all = missing.length === representations.length
    const reduced = {
      ...request,
      body: `${head}${texts.join(',')}]}}`,
      entities: { head, representations: texts },
    }
    const response = await (all
      ? source(request, context)
      : source(reduced, context).catch((error: unknown) => unfetched(error, missing.length)))
    const values = response.data?.['_entities']
    const whole = Array.isArray(values) && values.length === missing.length
    const faulty = faultyIndexes(response)
    const facets = whole && faulty ? storable(response, missing.length) : 'errors'
    if (typeof facets === 'string') figures.add(kind, facets)
    // Before the engine changes the values. An entity with an error does not keep the others out.
    else if (whole) {
      for (const [n, i] of missing.entries()) {
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
    const keys = [keyOf(fetch, '')]
    const found = keys.map((key) => levels.peek(key, reader.accepts))
    const at = await lookUp(fetch, keys, found)
    const [hit] = found
    if (hit) {
      const { data, plain } = parsed(hit, request)
      return { data: data as JsonObject, extensions: { facets: [hit.facets] }, plain }
    }
    const response = await source(request, context)
    const faulty = !isJsonObject(response.data) || (response.errors?.length ?? 0) > 0
    const facets = faulty ? 'errors' : storable(response, 1)
    if (typeof facets === 'string') figures.add(fetch.kind, facets)
    else store(fetch, keys[0] ?? '', response.data, facets[0] ?? [], at)
    return response
  }

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

function keyOf({ request, caching, context }: Fetch, representation: string): string {
  const { scope, selection } = caching
  const shared = `${request.subgraph} ${selection} ${representation}`
  return shortKey(scope === 'PUBLIC' ? shared : forViewer(context.viewer, shared))
}

/** The type of the first entity. All entities of a fetch have the same type, or implement the same interface. */
function typeIn([representation = '']: readonly string[]): string {
  return /"__typename":"(\w+)"/.exec(representation)?.[1] ?? 'entity'
}
