import { GraphQLError } from 'graphql'
import type { FetchNode } from '@apollo/query-planner'
import type { Cacheability } from '../cacheability.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { PlannedFetch } from '../planner/planner.ts'
import type { SubgraphRequest, SubgraphResponse } from '../subgraph-request.ts'
import type { TypeIndex } from '../type-index.ts'
import { compileEntityPath, type EntityPath } from './entity-path.ts'
import type { ExecutionContext, PlanContext, Step } from './execution-context.ts'
import { compileFetchBody, type FetchBody } from './fetch-body.ts'
import {
  entityErrors,
  entityPlaces,
  errorAt,
  faultPaths,
  renamedKeys,
  rootError,
  type FetchedEntities,
} from './fetch-errors.ts'
import { mergeInto } from './merge.ts'
import { compileNumbering } from './numbering.ts'
import { compileProjection } from './projection.ts'
import { compileOutputRewrites, compileRewrites } from './rewrites.ts'

/**
 * Compiles a Fetch of the plan.
 *
 * @param path the path of its entities in the data, in the planner's notation. Empty for root fields.
 */
export function compileFetch(
  fetch: PlannedFetch,
  path: readonly (string | number)[],
  { types, cacheabilityOf }: PlanContext,
): Step {
  const at = compileEntityPath(path)
  const send = compileSend(fetch, path, cacheabilityOf(fetch))
  return fetch.requires
    ? entityFetch(fetch, fetch.requires, at, send, types)
    : rootFetch(fetch, at, send, types)
}

const DONE = Promise.resolve()

function rootFetch(fetch: PlannedFetch, at: EntityPath, send: Send, types: TypeIndex): Step {
  const body = compileFetchBody(fetch)
  const rewriteOutput = compileOutputRewrites(fetch, types)
  const renamed = renamedKeys(fetch.outputRewrites)

  function add(
    context: ExecutionContext,
    targets: readonly JsonObject[],
    response: SubgraphResponse | null,
  ): void {
    for (const error of response?.errors ?? []) context.errors.push(rootError(error, renamed))
    const data = response?.data
    if (!isJsonObject(data)) return
    rewriteOutput?.(data)
    for (const target of targets) mergeInto(target, data, types)
  }

  return (context) => {
    const targets = at.collect(context.data)
    if (targets.length === 0) return DONE
    return send(context, body, body.root(context)).then((response) => add(context, targets, response))
  }
}

function entityFetch(
  fetch: PlannedFetch,
  requires: NonNullable<FetchNode['requires']>,
  at: EntityPath,
  send: Send,
  types: TypeIndex,
): Step {
  const body = compileFetchBody(fetch)
  const rewriteInput = compileRewrites(fetch.inputRewrites, types)
  const number = compileNumbering(compileProjection(requires, types), rewriteInput)
  const rewriteOutput = compileOutputRewrites(fetch, types)
  const renamed = renamedKeys(fetch.outputRewrites)

  function sendFor(context: ExecutionContext, representations: readonly string[]) {
    const head = body.head(context)
    return send(context, body, `${head}${representations.join(',')}]}}`, { head, representations })
  }

  /** The result for each representation. Null if the response is unusable. */
  function read(
    context: ExecutionContext,
    fetched: FetchedEntities,
    response: SubgraphResponse,
    expected: number,
  ): readonly unknown[] | null {
    const results = entitiesOf(response, expected)
    const { errors = [] } = response
    if (errors.length === 0 && typeof results !== 'string') return results
    const places = entityPlaces(at.locate(context.data), fetched)
    for (const error of entityErrors(errors, places, renamed)) context.errors.push(error)
    if (typeof results !== 'string') return results
    context.errors.push(errorAt(unusableResponse(fetch.serviceName, results), places.all[0]?.path))
    return null
  }

  function add({ entities, slots }: FetchedEntities, results: readonly unknown[]): void {
    if (rewriteOutput) for (const result of results) rewriteOutput(result)
    for (let i = 0; i < entities.length; i++) {
      const slot = slots[i] ?? -1
      const result = slot < 0 ? null : results[slot]
      if (isJsonObject(result)) mergeInto(entities[i] as JsonObject, result, types)
    }
  }

  return (context) => {
    const entities = at.collect(context.data)
    const { texts, slots } = number(entities, context.plain)
    if (texts.length === 0) return DONE
    const fetched = { entities, slots }
    return sendFor(context, texts).then((response) => {
      const results = response && read(context, fetched, response, texts.length)
      if (results) add(fetched, results)
    })
  }
}

/** The list of entities, or a description of its fault. An empty list if errors of the response explain why it is missing. */
function entitiesOf({ data, errors }: SubgraphResponse, expected: number): readonly unknown[] | string {
  const entities = data?.['_entities']
  if (Array.isArray(entities)) {
    if (entities.length === expected) return entities
    return `it returned ${entities.length} entities for ${expected} representations`
  }
  return errors && errors.length > 0 ? [] : 'its response has no list of entities'
}

function unusableResponse(subgraph: string, reason: string) {
  const message = `The ${subgraph} subgraph returned an unusable response: ${reason}.`
  return { message, extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph } }
}

type Send = (
  context: ExecutionContext,
  fetchBody: FetchBody,
  body: string,
  entities?: SubgraphRequest['entities'],
) => Promise<SubgraphResponse | null>

/** Sends a request. If there is no usable response, the error is reported at each place that stays empty. */
function compileSend(
  fetch: PlannedFetch,
  path: readonly (string | number)[],
  cacheability: Cacheability | null,
): Send {
  const emptyPlaces = faultPaths(fetch.operation, path.map(String))
  const { serviceName: subgraph, operationKind: kind, numbers } = fetch
  return (context, { selection }, body, entities) => {
    const caching = cacheability ? { ...cacheability, selection: selection(context) } : undefined
    return context.requestSubgraph({ subgraph, body, kind, entities, numbers, caching }).then(
      (response) => {
        context.plain &&= response.plain === true
        return response
      },
      (error: unknown) => {
        if (!(error instanceof GraphQLError)) throw error
        for (const place of emptyPlaces) context.errors.push(errorAt(error, place))
        return null
      },
    )
  }
}
