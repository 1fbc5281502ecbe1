import type { QueryPlan } from '@apollo/query-planner'
import {
  getVariableValues,
  GraphQLError,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { compilePlan } from './plan/compile-plan.ts'
import { reconcileErrors } from './response/reconcile-errors.ts'
import type { Exchange } from './exchange.ts'
import type { OperationView } from './response/fields.ts'
import { introspectionText } from './response/introspection.ts'
import { compileShape, type Pass } from './response/shape.ts'
import type { JsonObject } from './json.ts'
import type { Run } from './plan/run.ts'
import { createTypeIndex, typeIndexOf, type TypeIndex } from './type-index.ts'

export type OperationResult = {
  /** JSON text of `data`; null when the operation could not start (variables that do not fit). */
  data: string | null
  errors: readonly (GraphQLFormattedError | GraphQLError)[]
}

/** An operation, planned and compiled; executes any number of times. */
export type CompiledOperation = {
  kind: 'query' | 'mutation' | 'subscription'
  execute: (variables: JsonObject, exchange: Exchange) => Promise<OperationResult>
}

type Shape = ReturnType<typeof compileShape>
/** Combinations of @skip and @include variables of one operation that are kept compiled. */
const MAX_SHAPES = 64

/** What the operations of one supergraph share. */
export type SchemaContext = {
  /** The schema clients see. */
  api: GraphQLSchema
  apiTypes: TypeIndex
  /** Type conditions of the plan may name types that clients do not see. */
  supergraphTypes: TypeIndex
}

/** @param subtypes of the whole supergraph, hidden types included */
export function createSchemaContext(
  api: GraphQLSchema,
  subtypes: Readonly<Record<string, readonly string[]>>,
): SchemaContext {
  return { api, apiTypes: typeIndexOf(api), supergraphTypes: createTypeIndex(subtypes) }
}

export function compileOperation(
  context: SchemaContext,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  plan: QueryPlan,
): CompiledOperation {
  const root = context.api.getRootType(operation.operation)
  if (!root) throw new GraphQLError(`The schema has no ${operation.operation}s.`)
  const execute = compilePlan(plan, context.supergraphTypes)
  const fragments = fragmentsOf(document)
  const conditionNames = conditionVariables(document)
  const definitions = operation.variableDefinitions ?? []
  const shapes = new Map<string, Shape>()

  function shapeFor(values: JsonObject): Shape {
    const conditions = Object.fromEntries(conditionNames.map((name) => [name, values[name] === true]))
    const key = conditionNames.map((name) => (conditions[name] ? '1' : '0')).join('')
    const known = shapes.get(key)
    if (known) return known
    const view: OperationView = { schema: context.api, types: context.apiTypes, fragments, conditions }
    const shape = compileShape(view, root as NonNullable<typeof root>, operation.selectionSet)
    if (shapes.size < MAX_SHAPES) shapes.set(key, shape)
    return shape
  }

  return {
    kind: operation.operation,
    execute: async (variables, exchange) => {
      const { coerced, errors } = getVariableValues(context.api, definitions, variables)
      if (errors) return { data: null, errors }
      const run = createRun(variables, coerced, exchange)
      await execute?.(run)
      const introspect = (field: FieldNode) =>
        introspectionText(context.api, fragments, definitions, field, variables)
      const data = complete(shapeFor(coerced), run, introspect)
      return { data, errors: run.errors }
    },
  }
}

function createRun(variables: JsonObject, coerced: JsonObject, exchange: Exchange): Run {
  const texts = new Map<string, string | undefined>()
  return {
    exchange,
    data: {},
    errors: [],
    variable: (name) => {
      if (texts.has(name)) return texts.get(name)
      const text = Object.hasOwn(variables, name) ? JSON.stringify(variables[name]) : undefined
      texts.set(name, text)
      return text
    },
    condition: (name) => coerced[name] === true,
  }
}

/** Writes the answer; only when something in it is faulty, once more with the places of the faults. */
function complete(shape: Shape, run: Run, introspect: Pass['introspect']): string {
  const pass: Pass = { path: null, errors: [], nulled: [], faulty: false, introspect }
  const text = shape(run.data, pass)
  if (!pass.faulty) return text
  const located: Pass = { path: [], errors: [], nulled: [], faulty: false, introspect }
  shape(run.data, located)
  run.errors = reconcileErrors(run.errors, located)
  return text
}

function fragmentsOf(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  return fragments
}

/** Names of the variables that decide what @skip and @include leave of the operation. */
function conditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>()
  visit(document, {
    Directive: ({ name, arguments: args }) => {
      if (name.value !== 'skip' && name.value !== 'include') return
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value)
    },
  })
  return [...names]
}
