import { getVariableValues, GraphQLError, type DocumentNode, type OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { apiError } from '../../platform/graphql/errors.ts'
import { chooseOperation } from './choose-operation.ts'
import { conditionVariables, plannableText, withoutConditions } from './conditions.ts'
import type { Exchange } from './exchange.ts'
import type { JsonObject } from './json.ts'
import {
  compileOperation,
  type CompiledOperation,
  type OperationResult,
  type SchemaContext,
} from './operation.ts'
import type { Planner } from './planner/planner.ts'

/** Bounds of what is kept planned and compiled: operations, and characters of their texts. */
const BOUNDS = { max: 2_000, maxSize: 4_194_304 }

/** Faults of variables that are told at once; a list may hold very many. graphql-js has the same bound. */
const MAX_VARIABLE_ERRORS = 50

/** A parsed and validated document, and the name of the operation as the client sent it. */
export type Prepared = {
  document: DocumentNode
  source: string
  operationName: string | null
}

type Planned = { execute: CompiledOperation; planText: string | null }
export type Executed = { result: OperationResult; planText: string | null }

/** Plans and compiles each operation once, also when many ask for it at the same time. */
export function createOperationStore(planner: Planner, context: SchemaContext) {
  const planned = new LRUCache<string, Promise<Planned>>(BOUNDS)
  const conditions = new WeakMap<DocumentNode, readonly string[]>()

  function conditionsIn(document: DocumentNode): readonly string[] {
    const known = conditions.get(document) ?? conditionVariables(document)
    conditions.set(document, known)
    return known
  }

  async function plan(
    document: DocumentNode,
    operation: OperationDefinitionNode,
    values: JsonObject,
  ): Promise<Planned> {
    const resolved = withoutConditions(document, operation, values)
    const { plan: nodes, text } = await planner.plan(plannableText(resolved), operation.name?.value)
    return { execute: compileOperation(context, resolved, nodes), planText: text }
  }

  function find(
    { document, source, operationName }: Prepared,
    operation: OperationDefinitionNode,
    values: JsonObject,
  ): Promise<Planned> {
    const bits = conditionsIn(document).map((name) => (values[name] === true ? '1' : '0'))
    const key = `${operationName ?? ''}\0${bits.join('')}\0${source}`
    const known = planned.get(key)
    if (known) return known
    const planning = plan(document, operation, values)
    planned.set(key, planning, { size: key.length })
    // What failed is tried again by the next one who asks.
    planning.catch(() => planned.delete(key))
    return planning
  }

  return {
    /** @returns why it is `refused`, when there is no such operation or the variables do not fit it */
    async execute(
      prepared: Prepared,
      variables: JsonObject,
      exchange: Exchange,
    ): Promise<Executed | { refused: readonly GraphQLError[] }> {
      const operation = chooseOperation(prepared.document, prepared.operationName)
      if (operation instanceof GraphQLError) return { refused: [operation] }
      const { coerced, errors } = getVariableValues(
        context.api,
        operation.variableDefinitions ?? [],
        variables,
        { maxErrors: MAX_VARIABLE_ERRORS },
      )
      if (errors) return { refused: errors.map(withCode) }
      const { execute, planText } = await find(prepared, operation, coerced)
      return { result: await execute(variables, exchange), planText }
    },
  }
}

/** Apollo Server knows what is about a variable; that there are too many faults is about none. */
function withCode(error: GraphQLError): GraphQLError {
  return error.nodes ? error : apiError('BAD_USER_INPUT', error.message)
}
