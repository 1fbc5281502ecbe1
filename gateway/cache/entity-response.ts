import { GraphQLError } from 'graphql'
import type { Found } from '../../patterns/cache-aside/index.ts'
import { mayLoseDigits, parseExactly } from '../execution/exact-number.ts'
import type { SubgraphError, SubgraphRequest, SubgraphResponse } from '../execution/subgraph-request.ts'

type Parsed = { data: unknown; plain: boolean }

export function parsed({ value }: Found, { numbers }: SubgraphRequest): Parsed {
  const data: unknown = numbers && mayLoseDigits(value) ? parseExactly(value) : JSON.parse(value)
  return { data, plain: !value.includes('\\') }
}

export type Fetched = { response: SubgraphResponse; values: readonly unknown[]; missing: readonly number[] }

/** The response for all representations: what was found, and what was fetched for the others. */
export function assemble(
  found: readonly (Found | null)[],
  request: SubgraphRequest,
  fetched?: Fetched,
): SubgraphResponse {
  const entities: unknown[] = []
  const facets: (readonly string[])[] = []
  let plain = !fetched || fetched.response.plain === true
  for (const [i, hit] of found.entries()) {
    if (!hit) continue
    const one = parsed(hit, request)
    entities[i] = one.data
    facets[i] = hit.facets
    plain &&= one.plain
  }
  if (!fetched) return { data: { _entities: entities }, extensions: { facets }, plain }
  const { response, values, missing } = fetched
  const reported = response.extensions?.['facets']
  for (const [n, i] of missing.entries()) {
    entities[i] = values[n]
    facets[i] = Array.isArray(reported) ? (reported[n] as string[]) : []
  }
  return {
    data: { _entities: entities },
    errors: response.errors?.map((error) => atIndex(error, missing)),
    extensions: { ...response.extensions, facets },
    plain,
  }
}

/** The response for entities that could not be fetched: each has the error, so that those from the cache can be shown. */
export function unfetched(error: unknown, count: number): SubgraphResponse {
  if (!(error instanceof GraphQLError)) throw error
  const { message, extensions } = error
  const places = Array.from({ length: count }, (_, i) => i)
  return {
    data: { _entities: places.map(() => null) },
    errors: places.map((i) => ({ message, extensions, path: ['_entities', i] })),
    plain: true,
  }
}

/** The indexes of the entities that have errors. Null if an error is not about one entity. */
export function faultyIndexes({ errors = [] }: SubgraphResponse): ReadonlySet<number> | null {
  const indexes = new Set<number>()
  for (const { path } of errors) {
    if (path?.[0] !== '_entities' || typeof path[1] !== 'number') return null
    indexes.add(path[1])
  }
  return indexes
}

/** An error of a fetched entity, with the index of its representation among all. */
export function atIndex(error: SubgraphError, missing: readonly number[]): SubgraphError {
  const [name, n, ...rest] = error.path ?? []
  const i = name === '_entities' ? missing[Number(n)] : undefined
  return i === undefined ? error : { ...error, path: ['_entities', i, ...rest] }
}
