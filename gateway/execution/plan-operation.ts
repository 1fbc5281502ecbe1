import { GraphQLError, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import { cacheabilityOf, type Cacheability } from './cacheability.ts'
import { plannableText, withoutConditions } from './conditions.ts'
import { dataNames, withDataNames } from './data-names.ts'
import type { JsonObject } from './json.ts'
import { hideLiterals } from './opaque-literals.ts'
import { compileOperation, type CompiledOperation, type SchemaContext } from './operation.ts'
import type { Planned, Planner } from './planner/planner.ts'
import type { Refused } from './requested-operation.ts'
import { asksForData, fragmentsOf, withoutIntrospection } from './without-introspection.ts'

export type PlannedOperation = {
  execute: CompiledOperation
  planText: string | null
  /** Null if its responses may not be cached. */
  cacheability: Cacheability | null
}

/**
 * Plans and compiles an operation.
 *
 * @param conditions values of the variables that decide @skip and @include
 * @param labels of @override that are on
 */
export type PlanOperation = (
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: JsonObject,
  labels: readonly string[],
) => Promise<PlannedOperation | Refused>

/** The plan of an operation that has only introspection. */
const NO_FETCH: Planned = { plan: { kind: 'QueryPlan' }, text: null }

export function operationPlanner(planner: Planner, context: SchemaContext): PlanOperation {
  const nameOf = dataNames(planner.supergraph.plannedNames)

  async function queryPlan(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    labels: readonly string[],
  ): Promise<Planned> {
    const data = withoutIntrospection(document)
    const [{ selectionSet }] = data.definitions as [OperationDefinitionNode]
    if (!asksForData(selectionSet, fragmentsOf(data))) return NO_FETCH
    const hidden = hideLiterals(data, context.api)
    return hidden.restore(await planner.plan(plannableText(hidden.document), operation.name?.value, labels))
  }

  return async (document, operation, conditions, labels) => {
    const resolved = withoutConditions(document, operation, conditions)
    if (resolved instanceof GraphQLError) return { refused: [resolved] }
    const planned = await queryPlan(withDataNames(resolved, nameOf), operation, labels).catch(asRefused)
    if ('refused' in planned) return planned
    const { plan, text } = planned
    const [resolvedOperation] = resolved.definitions as [OperationDefinitionNode]
    return {
      execute: compileOperation(context, resolved, plan, nameOf),
      planText: text,
      cacheability: cacheabilityOf(context.api, context.cacheHints, resolvedOperation, fragmentsOf(resolved)),
    }
  }
}

/** An error with a code is a result of the planner. It is cached like a plan, because planning again would give the same. */
function asRefused(error: unknown): Refused {
  if (error instanceof GraphQLError && error.extensions['code'] !== undefined) return { refused: [error] }
  throw error
}
