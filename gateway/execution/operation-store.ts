import { getVariableValues, GraphQLError, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { apiError } from '../../platform/graphql/errors.ts'
import { createAdmission, type Admission } from './admission.ts'
import { chooseOperation } from './choose-operation.ts'
import { conditionVariables, plannableText, withoutConditions } from './conditions.ts'
import { dataNames, withDataNames } from './data-names.ts'
import type { RequestSubgraph } from './subgraph-request.ts'
import type { JsonObject } from './json.ts'
import { hideLiterals } from './opaque-literals.ts'
import {
  compileOperation,
  type CompiledOperation,
  type OperationResult,
  type SchemaContext,
} from './operation.ts'
import { labelsFor, labelsOf, type DocumentLabels, type OverrideLabels } from './override-labels.ts'
import type { Results } from './results.ts'
import type { Planned as QueryPlanned, Planner } from './planner/planner.ts'
import type { SentVariables } from './variable-texts.ts'
import { asksForData, fragmentsOf, withoutIntrospection } from './without-introspection.ts'

/**
 * Bounds of what is kept parsed, planned and compiled: documents, and characters of their texts, counted once for each
 * plan.
 */
const BOUNDS = { max: 5_000, maxSize: 4_194_304 }

/** Nothing to ask a subgraph for. */
const UNPLANNED: QueryPlanned = { plan: { kind: 'QueryPlan' }, text: null }

/** Plans of one document: its operations, for the values their conditions had. The oldest goes. */
const MAX_PLANS = 64

/** Faults of variables that are told at once; a list may hold very many. graphql-js has the same bound. */
const MAX_VARIABLE_ERRORS = 50

/** A parsed and validated document, and the name of the operation as the client sent it. */
export type Prepared = {
  document: DocumentNode
  source: string
  operationName: string | null
}

/** What an operation was planned for. `conditions`: the variables that decide @skip and @include. */
export type Asked = {
  source: string
  operationName: string | null
  conditions: JsonObject
  /** Those of @override that were on. */
  labels: readonly string[]
}

type Planned = {
  execute: CompiledOperation
  planText: string | null
  /** Characters of its answers, the last ones more than those before. */
  weight: number
}
export type Executed = { result: OperationResult; planText: string | null }

/** An operation with variables that fit it, planned and compiled. */
export type Ready = {
  planText: string | null
  /** @param results where a cache joins; null: nothing is kept */
  run(requestSubgraph: RequestSubgraph, results: Results | null): Promise<OperationResult>
}
export type Refused = { refused: readonly GraphQLError[] }

type Known = {
  document: DocumentNode
  /** Names of the variables that decide @skip and @include. */
  conditions: readonly string[]
  labels: DocumentLabels
  plans: Map<string, { asked: Asked; planned: Promise<Planned | Refused> }>
}

export type OperationStore = {
  /** The document of this text, if it is known to be valid. */
  documentOf(source: string): DocumentNode | undefined
  /** @returns why it is `refused`, when there is no such operation or the variables do not fit it */
  prepare(prepared: Prepared, variables: SentVariables): Promise<Ready | Refused>
  /** Prepares and runs an operation. */
  execute(
    prepared: Prepared,
    variables: SentVariables,
    requestSubgraph: RequestSubgraph,
    results?: Results | null,
  ): Promise<Executed | Refused>
  /** The operations asked for last, the newest first; at most `count`. */
  recent(count: number): Asked[]
  /** Plans and compiles an operation ahead of time. */
  warm(document: DocumentNode, asked: Asked): Promise<void>
}

/**
 * Plans and compiles each operation once, also when many ask for it at the same time.
 *
 * @param admission shared by all that are served by this process
 */
export function createOperationStore(
  planner: Planner,
  context: SchemaContext,
  admission: Admission = createAdmission(),
  overrideLabels: OverrideLabels = {},
): OperationStore {
  const documents = new LRUCache<string, Known>(BOUNDS)
  const findLabels = labelsOf(planner.supergraph, overrideLabels)
  const nameOf = dataNames(planner.supergraph.plannedNames)

  function know({ source, document }: Pick<Prepared, 'source' | 'document'>): Known {
    const known = documents.get(source)
    if (known) return known
    const added = {
      document,
      conditions: conditionVariables(document),
      labels: findLabels(document),
      plans: new Map(),
    }
    documents.set(source, added, { size: sizeOf(source, added) })
    return added
  }

  async function plan(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    values: JsonObject,
    labels: readonly string[],
  ): Promise<Planned | Refused> {
    const resolved = withoutConditions(document, operation, values)
    if (resolved instanceof GraphQLError) return { refused: [resolved] }
    const planned = await queryPlan(withDataNames(resolved, nameOf), operation, labels).catch(
      refusedByPlanner,
    )
    if ('refused' in planned) return planned
    const { plan: nodes, text } = planned
    return { execute: compileOperation(context, resolved, nodes, nameOf), planText: text, weight: 0 }
  }

  async function queryPlan(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    labels: readonly string[],
  ): Promise<QueryPlanned> {
    const data = withoutIntrospection(document)
    const [{ selectionSet }] = data.definitions as [OperationDefinitionNode]
    if (!asksForData(selectionSet, fragmentsOf(data))) return UNPLANNED
    const hidden = hideLiterals(data, context.api)
    return hidden.restore(await planner.plan(plannableText(hidden.document), operation.name?.value, labels))
  }

  function find(
    { source, operationName }: Prepared,
    known: Known,
    operation: OperationDefinitionNode,
    values: JsonObject,
    labels: readonly string[],
  ): Promise<Planned | Refused> {
    let key = operationName ?? ''
    for (const label of labels) key += `\u0000${label}`
    for (const name of known.conditions) key += keyOf(values[name])
    const { document, plans } = known
    const found = plans.get(key)
    if (found) return found.planned
    const conditions = Object.fromEntries(known.conditions.map((name) => [name, values[name]]))
    const planned = plan(document, operation, values, labels)
    plans.set(key, { asked: { source, operationName, conditions, labels }, planned })
    const [oldest] = plans.keys()
    if (plans.size > MAX_PLANS && oldest !== undefined) plans.delete(oldest)
    if (documents.peek(source) === known) documents.set(source, known, { size: sizeOf(source, known) })
    // What failed is tried again by the next one who asks.
    planned.catch(() => {
      if (plans.get(key)?.planned === planned) plans.delete(key)
    })
    return planned
  }

  async function prepare(prepared: Prepared, variables: SentVariables): Promise<Ready | Refused> {
    const known = know(prepared)
    const operation = chooseOperation(known.document, prepared.operationName)
    if (operation instanceof GraphQLError) return { refused: [operation] }
    if (!context.api.getRootType(operation.operation)) {
      return { refused: [apiError('BAD_USER_INPUT', `The schema has no ${operation.operation}s.`)] }
    }
    const { coerced, errors } = getVariableValues(
      context.api,
      operation.variableDefinitions ?? [],
      variables.values,
      { maxErrors: MAX_VARIABLE_ERRORS },
    )
    if (errors) return { refused: errors.map(withCode) }
    const labels = labelsFor(known.labels, prepared, variables.values)
    const planned = await find(prepared, known, operation, coerced, labels)
    if ('refused' in planned) return planned
    return {
      planText: planned.planText,
      run: (requestSubgraph, results) =>
        admission.run(planned.weight, () =>
          weighed(planned, planned.execute(variables, requestSubgraph, results)),
        ),
    }
  }

  return {
    documentOf: (source) => documents.get(source)?.document,
    prepare,
    async execute(prepared, variables, requestSubgraph, results = null) {
      const ready = await prepare(prepared, variables)
      if ('refused' in ready) return ready
      return { result: await ready.run(requestSubgraph, results), planText: ready.planText }
    },
    recent(count) {
      const asked: Asked[] = []
      for (const { plans } of documents.values()) {
        for (const known of plans.values()) asked.push(known.asked)
        if (asked.length >= count) break
      }
      return asked.slice(0, count)
    },
    async warm(document, asked) {
      const prepared = { ...asked, document }
      const operation = chooseOperation(document, asked.operationName)
      if (operation instanceof GraphQLError) return
      const known = know(prepared)
      const labels = known.labels.map(({ label }) => label).filter((label) => asked.labels.includes(label))
      await find(prepared, known, operation, asked.conditions, labels)
    },
  }
}

function weighed(planned: Planned, executed: Promise<OperationResult>): Promise<OperationResult> {
  return executed.then((result) => {
    planned.weight += (result.data.length - planned.weight) / 8
    return result
  })
}

function sizeOf(source: string, { plans }: Known): number {
  return (source.length + 1) * (1 + plans.size)
}

/** What the planner refuses is kept like a plan: it would take its time to refuse it again. */
function refusedByPlanner(error: unknown): Refused {
  if (error instanceof GraphQLError && error.extensions['code'] !== undefined) return { refused: [error] }
  throw error
}

/** A condition's value in the key of a plan; null, which only a variable with a default may be, has none. */
function keyOf(value: unknown): string {
  if (value === null) return '\u0000-'
  return value === true ? '\u00001' : '\u00000'
}

/** Apollo Server knows what is about a variable; that there are too many faults is about none. */
function withCode(error: GraphQLError): GraphQLError {
  return error.nodes ? error : apiError('BAD_USER_INPUT', error.message)
}
