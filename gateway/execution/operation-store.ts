import { getOperationAST, getVariableValues, GraphQLError, type DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { conditionsOf, plannableText, withoutConditions, type Conditions } from './conditions.ts'
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

/** A parsed and validated operation. */
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
  const conditions = new WeakMap<DocumentNode, Conditions>()

  function conditionsIn(document: DocumentNode): Conditions {
    const known = conditions.get(document) ?? conditionsOf(document)
    conditions.set(document, known)
    return known
  }

  async function plan({ document, operationName }: Prepared, values: JsonObject): Promise<Planned> {
    const resolved = withoutConditions(document, operationOf(document, operationName), values)
    const { plan: nodes, text } = await planner.plan(plannableText(resolved), operationName ?? undefined)
    return { execute: compileOperation(context, resolved, nodes), planText: text }
  }

  function find(prepared: Prepared, values: JsonObject): Promise<Planned> {
    const { document, source, operationName } = prepared
    const bits = conditionsIn(document).variables.map((name) => (values[name] === true ? '1' : '0'))
    const key = `${operationName ?? ''}\0${bits.join('')}\0${source}`
    const known = planned.get(key)
    if (known) return known
    const planning = plan(prepared, values)
    planned.set(key, planning, { size: key.length })
    // What failed is tried again by the next one who asks.
    planning.catch(() => planned.delete(key))
    return planning
  }

  return {
    /** @returns null and why, when the variables do not fit the operation */
    async execute(
      prepared: Prepared,
      variables: JsonObject,
      exchange: Exchange,
    ): Promise<Executed | { refused: readonly GraphQLError[] }> {
      const { variableDefinitions = [] } = operationOf(prepared.document, prepared.operationName)
      const { coerced, errors } = getVariableValues(context.api, variableDefinitions, variables)
      if (errors) return { refused: errors }
      const { execute, planText } = await find(prepared, coerced)
      return { result: await execute(variables, exchange), planText }
    },
  }
}

function operationOf(document: DocumentNode, name: string | null) {
  const operation = getOperationAST(document, name)
  if (!operation) throw new GraphQLError(`There is no operation ${JSON.stringify(name)}.`)
  return operation
}
