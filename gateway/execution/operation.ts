import type { QueryPlan } from '@apollo/query-planner'
import {
  GraphQLError,
  Kind,
  parse,
  type DocumentNode,
  type FieldNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import type { DataName } from './data-names.ts'
import type { RequestSubgraph } from './subgraph-request.ts'
import { cacheabilityOf } from './cacheability.ts'
import { compilePlan } from './plan/compile-plan.ts'
import type { ExecutionContext, PlanContext, Step } from './plan/execution-context.ts'
import type { PlannerSupergraph } from './planner/planner.ts'
import { clientPaths, type ClientPath } from './response/client-paths.ts'
import { answerIntrospection } from './response/introspection.ts'
import { hiddenTypesOf, type HiddenTypes } from './response/hidden-types.ts'
import { reconcileErrors } from './response/reconcile-errors.ts'
import type { WriteState } from './response/write-state.ts'
import { compileShape } from './response/shape.ts'
import { compileVariables, type SentVariables, type VariableTexts } from './variable-texts.ts'
import { createTypeIndex, typeIndexOf, type TypeIndex } from './type-index.ts'
import { asksForData, fragmentsOf, type Fragments } from './without-introspection.ts'

/**
 * The result of executing an operation. Code that receives it must switch on `kind`. The compiler then finds all such code when
 * another kind is added.
 */
export type OperationResponse = CompleteResponse

/** The whole response at once. */
export type CompleteResponse = {
  kind: 'complete'
  /** JSON text of `data`. */
  data: string
  errors: readonly GraphQLFormattedError[]
  /** Absent if there is no cache, or the operation is no query. */
  cache?: CacheStatus
  /** Absent if no earlier request has the same response. */
  shared?: SharedBody
}

/** The HTTP body of a response without errors, as bytes. The first request that sends it makes it, and the others reuse it. */
export type SharedBody = { bytes: Buffer | null }

/**
 * What the cache did for a response.
 *
 * - `hit`: `age` is how old its knowledge may be, in whole seconds
 * - `forwarded`: `why` is a reason of RFC 9211, section 2.2. `detail` is absent if the response was stored. `collapsed`: the
 *   response is that of an equal request in flight
 */
export type CacheStatus =
  | { kind: 'hit'; level: 'memory' | 'redis'; age: number }
  | {
      kind: 'forwarded'
      why: 'bypass' | 'miss' | 'partial' | 'stale' | 'request'
      stored: boolean
      detail?: string
      collapsed?: boolean
    }

/** A planned and compiled operation. It is executed any number of times, with valid variables. */
export type CompiledOperation = (
  variables: SentVariables,
  requestSubgraph: RequestSubgraph,
) => Promise<OperationResponse>

/** Data that all operations of one supergraph share. */
export type SchemaContext = {
  /** The schema clients see. */
  api: GraphQLSchema
  apiTypes: TypeIndex
  /** The types for the plan. Its type conditions can name types that clients do not see. */
  supergraphTypes: TypeIndex
  /** Types and values that subgraphs can return although the API schema hides them. */
  hidden: HiddenTypes
  plannedNames: ReadonlySet<string>
  cacheHints: PlannerSupergraph['cacheHints']
}

/** @param supergraph as the planner loaded it */
export function createSchemaContext(
  api: GraphQLSchema,
  supergraph: Pick<
    PlannerSupergraph,
    'subtypes' | 'interfaceObjects' | 'hiddenValues' | 'plannedNames' | 'cacheHints'
  >,
): SchemaContext {
  const supergraphTypes = createTypeIndex(supergraph.subtypes)
  return {
    api,
    apiTypes: typeIndexOf(api),
    supergraphTypes,
    hidden: hiddenTypesOf(api, supergraph, supergraphTypes),
    plannedNames: new Set(supergraph.plannedNames),
    cacheHints: supergraph.cacheHints,
  }
}

/**
 * @param document an operation without conditions, with its fragments. See `withoutConditions`.
 * @param plan of the same document `withDataNames`
 */
export function compileOperation(
  context: SchemaContext,
  document: DocumentNode,
  plan: QueryPlan,
  nameOf: DataName,
): CompiledOperation {
  const operation = operationOf(document)
  const root = context.api.getRootType(operation.operation)
  if (!root) throw new GraphQLError(`The schema has no ${operation.operation}s.`)
  const fragments = fragmentsOf(document)
  const planContext = { types: context.supergraphTypes, cacheabilityOf: fetchCacheability(context) }
  const execute = compilePlan(plan, planContext) ?? unplanned(operation, fragments)
  const definitions = operation.variableDefinitions ?? []
  const textsOf = compileVariables(context.api, definitions)
  const view = { schema: context.api, types: context.apiTypes, hidden: context.hidden, fragments, nameOf }
  const shape = compileShape(view, root, operation.selectionSet)
  const clientPath = clientPaths(view, root, operation.selectionSet, context.plannedNames)

  return async (variables, requestSubgraph) => {
    const execution = createExecutionContext(textsOf(variables), requestSubgraph)
    await execute(execution)
    if (execution.errors.length > 0) execution.errors = clientErrors(execution, clientPath)
    if (execution.failed) return { kind: 'complete', data: 'null', errors: execution.errors }
    const introspect = (nodes: readonly FieldNode[]) =>
      answerIntrospection(context.api, fragments, definitions, nodes, variables.values)
    const data = complete(shape, execution, introspect)
    return { kind: 'complete', data, errors: execution.errors }
  }
}

/**
 * The step of an empty plan. Apollo's planner makes an empty plan for some operations that no subgraph can serve. An empty plan
 * is correct only if the operation has only introspection.
 */
function unplanned({ selectionSet }: OperationDefinitionNode, fragments: Fragments): Step {
  const wanted = asksForData(selectionSet, fragments)
  return async (execution) => {
    if (!wanted) return
    const message = 'No subgraph can resolve this operation: the query plan is empty. Check the supergraph.'
    execution.errors.push({ message, extensions: { code: 'QUERY_PLAN_EMPTY' } })
    execution.failed = true
  }
}

/** Moves errors to their places in the response. Errors of fields that the client did not ask for there are dropped. */
function clientErrors({ errors, data }: ExecutionContext, clientPath: ClientPath): GraphQLFormattedError[] {
  return errors.flatMap((error) => {
    const path = error.path && clientPath(error.path, data)
    return path === 'unasked' ? [] : withPath(error, path)
  })
}

/** Fetches of a supergraph without hints are not looked at. */
function fetchCacheability({ api, cacheHints }: SchemaContext): PlanContext['cacheabilityOf'] {
  if (Object.keys(cacheHints).length === 0) return () => null
  return ({ operation }) => {
    const document = parse(operation, { noLocation: true })
    return cacheabilityOf(api, cacheHints, operationOf(document), fragmentsOf(document))
  }
}

function withPath(error: GraphQLFormattedError, path: GraphQLFormattedError['path']): GraphQLFormattedError {
  const { path: _, ...rest } = error
  return path ? { ...rest, path } : rest
}

function createExecutionContext(variable: VariableTexts, requestSubgraph: RequestSubgraph): ExecutionContext {
  return { requestSubgraph, data: {}, errors: [], failed: false, plain: true, variable }
}

/** Writes `data` of the response. If a value is invalid, a second run finds the paths of the errors. */
function complete(
  shape: ReturnType<typeof compileShape>,
  execution: ExecutionContext,
  introspect: WriteState['introspect'],
): string {
  const { plain } = execution
  const state: WriteState = { path: null, errors: [], nulled: [], faulty: false, plain, introspect }
  const text = shape(execution.data, state)
  if (!state.faulty) return text
  const located: WriteState = { ...state, path: [], errors: [], nulled: [] }
  shape(execution.data, located)
  execution.errors = reconcileErrors(execution.errors, located)
  return text
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a document without an operation')
  return operation
}
