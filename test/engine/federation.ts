import { composeServices } from '@apollo/composition'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/resolvers.js'
import { buildSchema, execute, isAbstractType, isObjectType, parse, type GraphQLSchema } from 'graphql'
import type { Exchange, SubgraphAnswer } from '../../gateway/execution/exchange.ts'
import { createSchemaContext } from '../../gateway/execution/operation.ts'
import { createOperationStore } from '../../gateway/execution/operation-store.ts'
import { loadApolloPlanner } from '../../gateway/execution/planner/apollo-planner.ts'
import type { Planner } from '../../gateway/execution/planner/planner.ts'
import type { GraphModel } from './graph-model.ts'
import type { Operation } from './graph-operation.ts'
import { plainSdl, subgraphSdl } from './graph-sdl.ts'
import { resolversOf } from './graph-values.ts'

export type Outcome = {
  data: unknown
  errors: readonly { message: string; path?: readonly (string | number)[] | undefined }[]
}
export type Run = (operation: Operation) => Promise<Outcome>

/** Runs operations by the engine, over the graph's subgraphs in this process. */
export function federated(graph: GraphModel): Run {
  const services = graph.subgraphs.map((name) => ({
    name,
    url: '',
    typeDefs: parse(subgraphSdl(graph, name)),
  }))
  const { errors, supergraphSdl } = composeServices(services)
  if (errors) throw new AggregateError(errors, errors.map(String).join('\n'))
  const schemas = new Map(
    services.map(({ name, typeDefs }) => {
      const resolvers = resolversOf(graph, name) as GraphQLResolverMap
      return [name, buildSubgraphSchema([{ typeDefs, resolvers }])]
    }),
  )
  const planner = loadApolloPlanner(supergraphSdl)
  const context = createSchemaContext(buildSchema(planner.loaded.apiSdl), planner.loaded.subtypes)
  const exchange: Exchange = async ({ subgraph, body }) => {
    const { query, variables, operationName } = JSON.parse(body) as Operation & { operationName?: string }
    const schema = schemas.get(subgraph) as GraphQLSchema
    const result = await execute({ schema, document: parse(query), variableValues: variables, operationName })
    return overTheWire<SubgraphAnswer>(result)
  }
  const inThisThread: Planner = {
    supergraph: planner.loaded,
    plan: async (operation, operationName) => planner.plan(operation, operationName, false),
    [Symbol.asyncDispose]: async () => {},
  }
  const store = createOperationStore(inThisThread, context)
  return async ({ query, variables }) => {
    const prepared = { document: parse(query), source: query, operationName: null }
    const executed = await store.execute(prepared, variables, exchange)
    if ('refused' in executed) return { data: null, errors: overTheWire(executed.refused) }
    const { data, errors: found } = executed.result
    return { data: JSON.parse(data) as unknown, errors: overTheWire(found) }
  }
}

/** Runs operations by graphql-js alone, over one schema that has everything. */
export function plain(graph: GraphModel): { schema: GraphQLSchema; run: Run } {
  const schema = buildSchema(plainSdl(graph))
  for (const [typeName, resolvers] of Object.entries(resolversOf(graph, null))) {
    const type = schema.getType(typeName)
    for (const [name, resolve] of Object.entries(resolvers)) {
      if (isAbstractType(type)) type.resolveType = (value) => resolve(value, {}) as string
      const field = isObjectType(type) ? type.getFields()[name] : undefined
      if (field) field.resolve = resolve
    }
  }
  const run: Run = async ({ query, variables }) => {
    const result = await execute({ schema, document: parse(query), variableValues: variables })
    const { data, errors = [] } = overTheWire<Partial<Outcome>>(result)
    return { data: data ?? null, errors }
  }
  return { schema, run }
}

function overTheWire<Value>(value: unknown): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}
