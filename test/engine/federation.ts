import { buildSchema, execute, isAbstractType, isObjectType, parse, type GraphQLSchema } from 'graphql'
import {
  apolloFederation,
  federation,
  overTheWire,
  type Operation,
  type Outcome,
  type Run,
} from './engine.ts'
import { OBJECTS, type GraphModel } from './graph-model.ts'
import { resolversOf } from './graph-resolvers.ts'
import { plainSdl, subgraphSdl } from './graph-sdl.ts'

/** An outcome, and the mutations that ran, in their order. */
export type Answered = Outcome & { log: number[] }

/** Runs operations by the engine, over the graph's subgraphs in this process. */
export function federated(graph: GraphModel): (operation: Operation) => Promise<Answered> {
  const log: number[] = []
  const { sdl, resolvers } = subgraphsOf(graph, log)
  return logged(federation(sdl, resolvers), log)
}

function subgraphsOf(graph: GraphModel, log: number[]) {
  const names = [...graph.subgraphs, ...(graph.nodeFields.length > 0 ? [OBJECTS] : [])]
  return {
    sdl: Object.fromEntries(names.map((name) => [name, subgraphSdl(graph, name)])),
    resolvers: Object.fromEntries(names.map((name) => [name, resolversOf(graph, name, log)])),
  }
}

/** The same by @apollo/gateway. */
export async function federatedByApollo(
  graph: GraphModel,
): Promise<(operation: Operation) => Promise<Answered>> {
  const log: number[] = []
  const { sdl, resolvers } = subgraphsOf(graph, log)
  return logged(await apolloFederation(sdl, resolvers), log)
}

/** Runs operations by graphql-js alone, over one schema that has everything. */
export function plain(graph: GraphModel): {
  schema: GraphQLSchema
  run: (operation: Operation) => Promise<Answered>
} {
  const log: number[] = []
  const schema = buildSchema(plainSdl(graph))
  for (const [typeName, resolvers] of Object.entries(resolversOf(graph, null, log))) {
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
  return { schema, run: logged(run, log) }
}

function logged(run: Run, log: number[]): (operation: Operation) => Promise<Answered> {
  return async (operation) => {
    log.length = 0
    return { ...(await run(operation)), log: [...log] }
  }
}
