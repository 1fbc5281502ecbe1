import { GraphQLError } from 'graphql'
import type { FetchNode } from '@apollo/query-planner'
import { compileEntityPath, type EntityPath } from './entity-path.ts'
import { faultPaths } from './fault-paths.ts'
import type { ResponsePath, SubgraphAnswer, SubgraphError } from '../exchange.ts'
import { isJsonObject, quote, type JsonObject } from '../json.ts'
import { mergeInto } from './merge.ts'
import { placesOf, type Places } from './places.ts'
import { compileProjection } from './projection.ts'
import { compileRewrites, renamedKeys } from './rewrites.ts'
import type { Run, Step } from './run.ts'
import type { TypeIndex } from '../type-index.ts'

/**
 * Compiles a Fetch of the plan.
 *
 * @param path where in the response its entities are, in the planner's notation; empty for root fields
 */
export function compileFetch(fetch: FetchNode, path: readonly (string | number)[], types: TypeIndex): Step {
  const at = compileEntityPath(path)
  const send = sender(fetch, path)
  return fetch.requires
    ? entityFetch(fetch, fetch.requires, at, send, types)
    : rootFetch(fetch, at, send, types)
}

/** The body up to the variables' values: everything that is known before the first request. */
function bodyWriter(fetch: FetchNode): (run: Run, representations: string | null) => string {
  const name = fetch.operationName ? `,"operationName":${quote(fetch.operationName)}` : ''
  const head = `{"query":${JSON.stringify(fetch.operation)}${name},"variables":{`
  const usages = fetch.variableUsages ?? []
  return (run, representations) => {
    let body = head
    for (const usage of usages) {
      const text = run.variable(usage)
      if (text !== undefined) body += `${body.length > head.length ? ',' : ''}${quote(usage)}:${text}`
    }
    if (representations === null) return `${body}}}`
    return `${body}${body.length > head.length ? ',' : ''}"representations":[${representations}]}}`
  }
}

function rootFetch(fetch: FetchNode, at: EntityPath, send: Sender, types: TypeIndex): Step {
  const body = bodyWriter(fetch)
  const rewriteOutput = compileRewrites(fetch.outputRewrites, types)
  const renamed = renamedKeys(fetch.outputRewrites)
  return async (run) => {
    const targets = at.collect(run.data)
    if (targets.length === 0) return
    const answer = await send(run, body(run, null))
    if (!answer) return
    for (const error of answer.errors ?? [])
      run.errors.push(clientError(error, error.path && rename(error.path, renamed)))
    if (!isJsonObject(answer.data)) return
    rewriteOutput?.(answer.data)
    for (const target of targets) mergeInto(target, answer.data)
  }
}

function entityFetch(
  fetch: FetchNode,
  requires: NonNullable<FetchNode['requires']>,
  at: EntityPath,
  send: Sender,
  types: TypeIndex,
): Step {
  const body = bodyWriter(fetch)
  const rewriteInput = compileRewrites(fetch.inputRewrites, types)
  const plainProjection = compileProjection(requires, types)
  const project = rewriteInput
    ? (entity: JsonObject) => rewritten(plainProjection(entity), rewriteInput)
    : plainProjection
  const rewriteOutput = compileRewrites(fetch.outputRewrites, types)
  const renamed = renamedKeys(fetch.outputRewrites)

  return async (run) => {
    const entities = at.collect(run.data)
    // Each distinct representation is sent once; `slots` says which one stands for each entity, -1 for none.
    const distinct = new Map<string, number>()
    const slots = entities.map((entity) => {
      const text = project(entity)
      if (text === null) return -1
      const slot = distinct.get(text) ?? distinct.size
      distinct.set(text, slot)
      return slot
    })
    if (distinct.size === 0) return
    const answer = await send(run, body(run, [...distinct.keys()].join(',')))
    if (!answer) return
    let places: Places | null = null
    const locate = () => (places ??= placesOf(at.locate(run.data), entities, slots))
    for (const error of answer.errors ?? []) reportEntityError(run, error, renamed, locate())
    const results = entitiesOf(answer, distinct.size)
    if (typeof results === 'string') {
      run.errors.push(brokenAnswer(fetch.serviceName, results, locate().all[0]?.path))
      return
    }
    for (const result of results) rewriteOutput?.(result)
    entities.forEach((entity, index) => {
      const slot = slots[index] ?? -1
      const result = slot < 0 ? null : results[slot]
      if (isJsonObject(result)) mergeInto(entity, result)
    })
  }
}

/** The planner's input rewrites are rare: they take the slow road over the object. */
function rewritten(text: string | null, rewrite: (value: unknown) => void): string | null {
  if (text === null) return null
  const representation: unknown = JSON.parse(text)
  rewrite(representation)
  return JSON.stringify(representation)
}

/** The list of entities, null where the answer has none at all, or what is wrong with it. */
function entitiesOf({ data, errors }: SubgraphAnswer, expected: number): readonly unknown[] | string {
  const entities = data?.['_entities']
  if (Array.isArray(entities)) {
    if (entities.length === expected) return entities
    return `it returned ${entities.length} entities for ${expected} representations`
  }
  return errors && errors.length > 0 ? [] : 'its answer has no list of entities'
}

/** `_entities.3.name` of the subgraph is `name` of every entity whose representation was the fourth. */
function reportEntityError(
  run: Run,
  error: SubgraphError,
  renamed: ReadonlyMap<string, string>,
  { all, bySlot }: Places,
): void {
  const [, slot, ...rest] = error.path ?? []
  const shown = typeof slot === 'number' ? (bySlot.get(slot) ?? []) : all.slice(0, 1)
  if (shown.length === 0) run.errors.push(clientError(error, undefined))
  for (const { path } of shown) run.errors.push(clientError(error, [...path, ...rename(rest, renamed)]))
}

function rename(path: readonly (string | number)[], renamed: ReadonlyMap<string, string>): ResponsePath {
  return path.map((element) => (typeof element === 'string' ? (renamed.get(element) ?? element) : element))
}

type Sender = (run: Run, body: string) => Promise<SubgraphAnswer | null>

/** Sends the request; without a usable answer, every hole that it leaves gets the reason, and the answer is null. */
function sender(fetch: FetchNode, path: readonly (string | number)[]): Sender {
  const holes = faultPaths(fetch.operation, path.map(String))
  return async (run, body) => {
    try {
      return await run.exchange({ subgraph: fetch.serviceName, body, kind: fetch.operationKind })
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      for (const hole of holes) run.errors.push(clientError(error, hole))
      return null
    }
  }
}

function brokenAnswer(subgraph: string, what: string, path: ResponsePath | undefined) {
  const message = `The ${subgraph} subgraph answered something unusable: ${what}.`
  return clientError({ message, extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph } }, path)
}

function clientError(
  { message, extensions }: Pick<SubgraphError, 'message' | 'extensions'>,
  path: readonly (string | number)[] | undefined,
) {
  return {
    message,
    ...(path && path.length > 0 && { path: [...path] }),
    ...(extensions && { extensions }),
  }
}
