import type { QueryPlan } from '@apollo/query-planner'
import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  print,
  type DocumentNode,
  type FieldNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import type { DataName } from './data-names.ts'
import type { RequestSubgraph } from './subgraph-request.ts'
import { quote } from './json.ts'
import { compilePlan } from './plan/compile-plan.ts'
import type { ExecutionContext, Step } from './plan/execution-context.ts'
import type { LoadedSupergraph } from './planner/planner.ts'
import { clientPaths, type ClientPath } from './response/client-paths.ts'
import { answerIntrospection } from './response/introspection.ts'
import { unseenIn, type Unseen } from './response/unseen.ts'
import type { Results } from './results.ts'
import { reconcileErrors } from './response/reconcile-errors.ts'
import { compileShape, type Pass } from './response/shape.ts'
import { compileVariables, type SentVariables, type VariableTexts } from './variable-texts.ts'
import { createTypeIndex, typeIndexOf, type TypeIndex } from './type-index.ts'
import { asksForData, fragmentsOf, type Fragments } from './without-introspection.ts'

export type OperationResult = {
  /** JSON text of `data`. */
  data: string
  errors: readonly GraphQLFormattedError[]
}

/** An operation, planned and compiled; executes any number of times, with variables that fit. */
export type CompiledOperation = (
  variables: SentVariables,
  requestSubgraph: RequestSubgraph,
  results: Results | null,
) => Promise<OperationResult>

/** What the operations of one supergraph share. */
export type SchemaContext = {
  /** The schema clients see. */
  api: GraphQLSchema
  apiTypes: TypeIndex
  /** Type conditions of the plan may name types that clients do not see. */
  supergraphTypes: TypeIndex
  /** What the data can name although clients' schema does not have it so. */
  unseen: Unseen
  plannedNames: ReadonlySet<string>
}

/** @param supergraph what the planner knows of it */
export function createSchemaContext(
  api: GraphQLSchema,
  supergraph: Pick<LoadedSupergraph, 'subtypes' | 'interfaceObjects' | 'hiddenValues' | 'plannedNames'>,
): SchemaContext {
  const supergraphTypes = createTypeIndex(supergraph.subtypes)
  return {
    api,
    apiTypes: typeIndexOf(api),
    supergraphTypes,
    unseen: unseenIn(api, supergraph, supergraphTypes),
    plannedNames: new Set(supergraph.plannedNames),
  }
}

/**
 * @param document an operation without conditions, with its fragments; see `withoutConditions`
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
  const execute = compilePlan(plan, context.supergraphTypes) ?? unplanned(operation, fragments)
  const definitions = operation.variableDefinitions ?? []
  const textsOf = compileVariables(context.api, definitions)
  const view = { schema: context.api, types: context.apiTypes, unseen: context.unseen, fragments, nameOf }
  const shape = compileShape(view, root, operation.selectionSet)
  const clientPath = clientPaths(view, root, operation.selectionSet, context.plannedNames)

  const execution: CompiledOperation = async (variables, requestSubgraph, results) => {
    const run = createExecutionContext(textsOf(variables), requestSubgraph, results)
    await execute(run)
    if (run.errors.length > 0) run.errors = clientErrors(run, clientPath)
    if (run.failed) return { data: 'null', errors: run.errors }
    const introspect = (nodes: readonly FieldNode[]) =>
      answerIntrospection(context.api, fragments, definitions, nodes, variables.values)
    const data = complete(shape, run, introspect)
    return { data, errors: run.errors }
  }
  if (operation.operation === OperationTypeNode.QUERY) return throughResults(execution, document, textsOf)
  return (variables, requestSubgraph) => execution(variables, requestSubgraph, null)
}

/** Answers with a response that is known, and tells of one that was found out. */
function throughResults(
  execute: CompiledOperation,
  document: DocumentNode,
  textsOf: (variables: SentVariables) => VariableTexts,
): CompiledOperation {
  let operation: string | null = null
  function textOf(variables: SentVariables): string {
    const texts = textsOf(variables)
    const members = Object.keys(variables.values).map((name) => `${quote(name)}:${texts(name)}`)
    return `{${members.join(',')}}`
  }

  async function lookUpOrExecute(
    variables: SentVariables,
    requestSubgraph: RequestSubgraph,
    results: Results,
  ): Promise<OperationResult> {
    operation ??= print(document)
    const lookup = await results.ofResponse({ operation, variables: textOf(variables) })
    if (lookup.found[0]) return lookup.found[0]
    const result = await execute(variables, requestSubgraph, results)
    if (result.errors.length === 0) lookup.keep([result])
    return result
  }
  return (variables, requestSubgraph, results) =>
    results ? lookUpOrExecute(variables, requestSubgraph, results) : execute(variables, requestSubgraph, null)
}

/**
 * Apollo's planner answers some operations that no subgraph can serve with an empty plan, and without a word. Empty is
 * right only for an operation that asks for nothing but introspection, which is not planned.
 */
function unplanned({ selectionSet }: OperationDefinitionNode, fragments: Fragments): Step {
  const wanted = asksForData(selectionSet, fragments)
  return async (run) => {
    if (!wanted) return
    const message = 'No subgraph can be asked for this: the query plan is empty. Check the supergraph.'
    run.errors.push({ message, extensions: { code: 'QUERY_PLAN_EMPTY' } })
    run.failed = true
  }
}

/** An error of what nobody asked for is nobody's. */
function clientErrors({ errors, data }: ExecutionContext, clientPath: ClientPath): GraphQLFormattedError[] {
  return errors.flatMap((error) => {
    const path = error.path && clientPath(error.path, data)
    return path === 'unasked' ? [] : withPath(error, path)
  })
}

function withPath(error: GraphQLFormattedError, path: GraphQLFormattedError['path']): GraphQLFormattedError {
  const { path: _, ...rest } = error
  return path ? { ...rest, path } : rest
}

function createExecutionContext(
  variable: VariableTexts,
  requestSubgraph: RequestSubgraph,
  results: Results | null,
): ExecutionContext {
  return { requestSubgraph, results, data: {}, errors: [], failed: false, plain: true, variable }
}

/** Writes the answer; only when something in it is faulty, once more with the places of the faults. */
function complete(
  shape: ReturnType<typeof compileShape>,
  run: ExecutionContext,
  introspect: Pass['introspect'],
): string {
  const { plain } = run
  const pass: Pass = { path: null, errors: [], nulled: [], faulty: false, plain, introspect }
  const text = shape(run.data, pass)
  if (!pass.faulty) return text
  const located: Pass = { ...pass, path: [], errors: [], nulled: [] }
  shape(run.data, located)
  run.errors = reconcileErrors(run.errors, located)
  return text
}

function operationOf(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION)
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a document without an operation')
  return operation
}
