import { GraphQLError } from 'graphql'
import type { FetchNode } from '@apollo/query-planner'
import type { PlannedFetch } from '../planner/planner.ts'
import { compileEntityPath, type EntityPath } from './entity-path.ts'
import { faultPaths } from './fault-paths.ts'
import type { ResponsePath, SubgraphResponse, SubgraphError, SubgraphRequest } from '../subgraph-request.ts'
import { isJsonObject, quote, type JsonObject } from '../json.ts'
import { mergeInto } from './merge.ts'
import { placesOf, type Places } from './places.ts'
import { compileNumbering } from './numbering.ts'
import { compileProjection } from './projection.ts'
import { compileOutputRewrites, compileRewrites, renamedKeys } from './rewrites.ts'
import type { Lookup } from '../results.ts'
import type { ExecutionContext, Step } from './execution-context.ts'
import type { TypeIndex } from '../type-index.ts'

/**
 * Compiles a Fetch of the plan.
 *
 * @param path where in the response its entities are, in the planner's notation; empty for root fields
 */
export function compileFetch(
  fetch: PlannedFetch,
  path: readonly (string | number)[],
  types: TypeIndex,
): Step {
  const at = compileEntityPath(path)
  const send = sender(fetch, path)
  return fetch.requires
    ? entityFetch(fetch, fetch.requires, at, send, types)
    : rootFetch(fetch, at, send, types)
}

const DONE = Promise.resolve()
const NO_ERRORS: readonly SubgraphError[] = []

type Body = {
  /** Members of `variables` as JSON text, representations excepted. */
  variables(run: ExecutionContext): string
  /** The request's body, of a fetch of root fields. */
  root(variables: string): string
  /** The same of a fetch of entities, up to the representations. */
  head(variables: string): string
}

/** The body up to the variables' values: everything that is known before the first request. */
function compileBody(fetch: FetchNode): Body {
  const { operationName, operation } = unnumbered(fetch)
  const name = operationName ? `,"operationName":${quote(operationName)}` : ''
  const head = `{"query":${JSON.stringify(operation)}${name},"variables":{`
  const usages = fetch.variableUsages ?? []
  return {
    variables(run) {
      let members = ''
      for (const usage of usages) {
        const text = run.variable(usage)
        if (text !== undefined) members += `${members && ','}${quote(usage)}:${text}`
      }
      return members
    },
    root: (variables) => `${head}${variables}}}`,
    head: (variables) => `${head}${variables}${variables && ','}"representations":[`,
  }
}

/**
 * The planner numbers the operations it makes (`Profile__users__2`). Without the number, fetches that ask the same are the
 * same text, and one answer serves them all.
 */
function unnumbered({ operationName, operation }: FetchNode): Pick<FetchNode, 'operationName' | 'operation'> {
  const name = operationName?.replace(/__\d+$/, '')
  if (!operationName || !name) return { operationName, operation }
  return { operationName: name, operation: operation.replace(` ${operationName}`, ` ${name}`) }
}

/** Asks the port for results, when there is one. */
function compileLookup(fetch: FetchNode) {
  const subgraph = fetch.serviceName
  const { operation } = unnumbered(fetch)
  return (run: ExecutionContext, variables: string, representations: readonly string[]) =>
    run.results?.ofFetch({ subgraph, operation, variables: `{${variables}}` }, representations) ?? null
}

function rootFetch(fetch: PlannedFetch, at: EntityPath, send: Sender, types: TypeIndex): Step {
  const body = compileBody(fetch)
  const lookUp = compileLookup(fetch)
  const rewriteOutput = compileOutputRewrites(fetch, types)
  const renamed = renamedKeys(fetch.outputRewrites)

  function read(
    run: ExecutionContext,
    response: SubgraphResponse | null,
    known: Lookup<unknown> | null,
  ): unknown {
    const errors = response?.errors ?? NO_ERRORS
    for (const error of errors) run.errors.push(clientError(error, error.path && rename(error.path, renamed)))
    if (known && isJsonObject(response?.data) && errors.length === 0) known.keep([response.data])
    return response?.data
  }

  async function lookUpOrAsk(
    run: ExecutionContext,
    variables: string,
    lookup: Promise<Lookup<unknown>>,
  ): Promise<unknown> {
    const known = await lookup
    if (known.found[0] === undefined) return read(run, await send(run, body.root(variables)), known)
    run.plain = false
    return known.found[0]
  }

  function add(targets: readonly JsonObject[], data: unknown): void {
    if (!isJsonObject(data)) return
    rewriteOutput?.(data)
    for (const target of targets) mergeInto(target, data, types)
  }

  return (run) => {
    const targets = at.collect(run.data)
    if (targets.length === 0) return DONE
    const variables = body.variables(run)
    const lookup = lookUp(run, variables, [''])
    if (lookup) return lookUpOrAsk(run, variables, lookup).then((data) => add(targets, data))
    return send(run, body.root(variables)).then((response) => add(targets, read(run, response, null)))
  }
}

function entityFetch(
  fetch: PlannedFetch,
  requires: NonNullable<FetchNode['requires']>,
  at: EntityPath,
  send: Sender,
  types: TypeIndex,
): Step {
  const body = compileBody(fetch)
  const lookUp = compileLookup(fetch)
  const rewriteInput = compileRewrites(fetch.inputRewrites, types)
  const number = compileNumbering(compileProjection(requires, types), rewriteInput)
  const rewriteOutput = compileOutputRewrites(fetch, types)
  const renamed = renamedKeys(fetch.outputRewrites)

  function sendFor(run: ExecutionContext, variables: string, representations: readonly string[]) {
    const head = body.head(variables)
    return send(run, `${head}${representations.join(',')}]}}`, { head, representations })
  }

  /** The results for what was sent; null where the answer is of no use. */
  function read(
    run: ExecutionContext,
    { entities, slots }: Targets,
    response: SubgraphResponse | null,
    expected: number,
    asked: readonly number[] | null,
  ): readonly unknown[] | null {
    if (!response) return null
    const results = entitiesOf(response, expected)
    const errors = response.errors ?? NO_ERRORS
    if (errors.length === 0 && typeof results !== 'string') return results
    const places = placesOf(at.locate(run.data), entities, slots)
    for (const error of errors) reportEntityError(run, error, renamed, places, asked)
    if (typeof results !== 'string') return results
    run.errors.push(brokenResponse(fetch.serviceName, results, places.all[0]?.path))
    return null
  }

  /** The results for the representations, those that are known and those of the subgraph. */
  async function lookUpAndAsk(
    run: ExecutionContext,
    variables: string,
    targets: Targets,
    lookup: Promise<Lookup<unknown>>,
  ): Promise<readonly unknown[]> {
    const known = await lookup
    run.plain = false
    const asked = slotsToAsk(known)
    if (asked.length === 0) return known.found
    const response = await sendFor(
      run,
      variables,
      asked.flatMap((slot) => targets.texts[slot] ?? []),
    )
    const results = read(run, targets, response, asked.length, asked)
    if (!results) return known.found
    if (!response?.errors?.length && results.length === asked.length) known.keep(results)
    const all = [...known.found]
    asked.forEach((slot, i) => (all[slot] = results[i]))
    return all
  }

  function add({ entities, slots }: Targets, results: readonly unknown[] | null): void {
    if (!results) return
    if (rewriteOutput) for (const result of results) rewriteOutput(result)
    for (let i = 0; i < entities.length; i++) {
      const slot = slots[i] ?? -1
      const result = slot < 0 ? null : results[slot]
      if (isJsonObject(result)) mergeInto(entities[i] as JsonObject, result, types)
    }
  }

  return (run) => {
    const entities = at.collect(run.data)
    const { texts, slots } = number(entities, run.plain)
    if (texts.length === 0) return DONE
    const targets = { entities, texts, slots }
    const variables = body.variables(run)
    const lookup = lookUp(run, variables, texts)
    if (lookup) return lookUpAndAsk(run, variables, targets, lookup).then((results) => add(targets, results))
    return sendFor(run, variables, texts).then((response) =>
      add(targets, read(run, targets, response, texts.length, null)),
    )
  }
}

/** The entities of a fetch, with what is asked for them. */
type Targets = { entities: readonly JsonObject[]; texts: readonly string[]; slots: readonly number[] }

/** Slots that are not known. */
function slotsToAsk(known: Lookup<unknown>): number[] {
  return known.found.flatMap((result, slot) => (result === undefined ? [slot] : []))
}

/** The list of entities, null where the answer has none at all, or what is wrong with it. */
function entitiesOf({ data, errors }: SubgraphResponse, expected: number): readonly unknown[] | string {
  const entities = data?.['_entities']
  if (Array.isArray(entities)) {
    if (entities.length === expected) return entities
    return `it returned ${entities.length} entities for ${expected} representations`
  }
  return errors && errors.length > 0 ? [] : 'its answer has no list of entities'
}

/**
 * `_entities.3.name` of the subgraph is `name` of every entity whose representation was the fourth.
 *
 * @param asked slot of each representation that was sent; null: all were
 */
function reportEntityError(
  run: ExecutionContext,
  error: SubgraphError,
  renamed: ReadonlyMap<string, string>,
  { all, bySlot }: Places,
  asked: readonly number[] | null,
): void {
  const [, index, ...rest] = error.path ?? []
  const slot = typeof index === 'number' && asked ? (asked[index] ?? -1) : index
  const shown = typeof slot === 'number' ? (bySlot.get(slot) ?? []) : all.slice(0, 1)
  if (shown.length === 0) run.errors.push(clientError(error, undefined))
  for (const { path } of shown) run.errors.push(clientError(error, [...path, ...rename(rest, renamed)]))
}

function rename(path: readonly (string | number)[], renamed: ReadonlyMap<string, string>): ResponsePath {
  return path.map((element) => (typeof element === 'string' ? (renamed.get(element) ?? element) : element))
}

type Sender = (
  run: ExecutionContext,
  body: string,
  entities?: SubgraphRequest['entities'],
) => Promise<SubgraphResponse | null>

/** Sends the request; without a usable answer, every hole that it leaves gets the reason, and the answer is null. */
function sender(fetch: PlannedFetch, path: readonly (string | number)[]): Sender {
  const holes = faultPaths(fetch.operation, path.map(String))
  const { serviceName: subgraph, operationKind: kind, numbers } = fetch
  return (run, body, entities) =>
    run.requestSubgraph({ subgraph, body, kind, entities, numbers }).then(
      (response) => {
        run.plain &&= response.plain === true
        return response
      },
      (error: unknown) => {
        if (!(error instanceof GraphQLError)) throw error
        for (const hole of holes) run.errors.push(clientError(error, hole))
        return null
      },
    )
}

function brokenResponse(subgraph: string, what: string, path: ResponsePath | undefined) {
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
