import { composeServices } from '@apollo/composition'
import { buildSubgraphSchema } from '@apollo/subgraph'
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/resolvers.js'
import { buildSchema, execute, parse, type GraphQLSchema } from 'graphql'
import { loadApolloEngine } from '../../gateway/apollo-engine/load-apollo-engine.ts'
import { createAdmission } from '../../gateway/execution/admission.ts'
import type { RequestSubgraph } from '../../gateway/execution/subgraph-request.ts'
import { createSchemaContext } from '../../gateway/execution/operation.ts'
import { createOperationStore, type OperationStore } from '../../gateway/execution/operation-store.ts'
import { loadApolloPlanner } from '../../gateway/execution/planner/apollo-planner.ts'
import type { OverrideLabels } from '../../gateway/execution/override-labels.ts'
import type { Planner } from '../../gateway/execution/planner/planner.ts'
import { createLog } from '../../platform/log.ts'
import { readResponse } from '../../gateway/subgraph-client/response.ts'

export type Operation = { query: string; variables?: Record<string, unknown> | undefined }
export type Outcome = {
  data: unknown
  errors: readonly {
    message: string
    path?: readonly (string | number)[] | undefined
    extensions?: Readonly<Record<string, unknown>> | undefined
  }[]
}
export type Run = (operation: Operation) => Promise<Outcome>

/** SDL of subgraphs by name. */
export type Sdl = Readonly<Record<string, string>>

const DIRECTIVES = [
  '@composeDirective',
  '@extends',
  '@external',
  '@inaccessible',
  '@interfaceObject',
  '@key',
  '@override',
  '@provides',
  '@requires',
  '@shareable',
  '@tag',
]

/** Everything of Federation 2 by its own name. */
const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: [${DIRECTIVES.map((name) => JSON.stringify(name)).join(', ')}]
)`

/** @throws AggregateError when the subgraphs do not compose */
export function compose(sdl: Sdl): string {
  const services = Object.entries(sdl).map(([name, text]) => ({
    name,
    url: '',
    typeDefs: parse(`${LINK}\n${text}`),
  }))
  const { errors, supergraphSdl } = composeServices(services)
  if (errors) throw new AggregateError(errors, errors.map(String).join('\n'))
  return supergraphSdl
}

/** The engine over subgraphs that answer by `requestSubgraph`. Planning happens in this thread. */
export function engineOver(
  supergraphSdl: string,
  requestSubgraph: RequestSubgraph,
  overrideLabels: OverrideLabels = {},
): Run {
  const planner = loadApolloPlanner(supergraphSdl)
  const context = createSchemaContext(buildSchema(planner.loaded.apiSdl), planner.loaded)
  const inThisThread: Planner = {
    supergraph: planner.loaded,
    plan: async (operation, operationName, labels) => planner.plan(operation, operationName, false, labels),
    [Symbol.asyncDispose]: async () => {},
  }
  return runBy(createOperationStore(inThisThread, context, undefined, overrideLabels), requestSubgraph)
}

/** @apollo/gateway's executor over the same subgraphs. */
export async function apolloOver(supergraphSdl: string, requestSubgraph: RequestSubgraph): Promise<Run> {
  const { operations } = await loadApolloEngine(supergraphSdl, createAdmission(), quiet)
  return runBy(operations, requestSubgraph)
}

const quiet = createLog('test', { LOG_LEVEL: 'silent' })

function runBy(store: OperationStore, requestSubgraph: RequestSubgraph): Run {
  return async ({ query, variables = {} }) => {
    const request = { document: parse(query), source: query, operationName: null }
    const sent = { values: variables, source: JSON.stringify({ variables }) }
    const operation = await store.prepare(request, sent)
    if ('refused' in operation) return { data: null, errors: overTheWire(operation.refused) }
    const { data, errors } = await operation.execute(requestSubgraph)
    return { data: JSON.parse(data) as unknown, errors: overTheWire(errors) }
  }
}

/** Resolvers of a subgraph, by type and field. */
export type Resolvers = Record<string, Record<string, (parent: never, args: never) => unknown>>

/** Real subgraphs in this process: executable schemas, asked and answering as over HTTP. */
export function subgraphs(sdl: Sdl, resolvers: Readonly<Record<string, Resolvers>>): RequestSubgraph {
  const schemas = new Map<string, GraphQLSchema>()
  for (const [name, text] of Object.entries(sdl)) {
    const own = resolvers[name] as GraphQLResolverMap | undefined
    schemas.set(
      name,
      buildSubgraphSchema([{ typeDefs: parse(`${LINK}\n${text}`), ...(own && { resolvers: own }) }]),
    )
  }
  return async ({ subgraph, body }) => {
    const { query, variables, operationName } = JSON.parse(body) as Operation & { operationName?: string }
    const schema = schemas.get(subgraph)
    if (!schema) throw new Error(`no subgraph ${subgraph}`)
    const result = await execute({ schema, document: parse(query), variableValues: variables, operationName })
    return readResponse({ status: 200, contentType: 'application/json', text: JSON.stringify(result) })
  }
}

/** The engine over real subgraphs. */
export function federation(sdl: Sdl, resolvers: Readonly<Record<string, Resolvers>>): Run {
  return engineOver(compose(sdl), subgraphs(sdl, resolvers))
}

/** @apollo/gateway's executor over real subgraphs. */
export function apolloFederation(sdl: Sdl, resolvers: Readonly<Record<string, Resolvers>>): Promise<Run> {
  return apolloOver(compose(sdl), subgraphs(sdl, resolvers))
}

export function overTheWire<Value>(value: unknown): Value {
  return JSON.parse(JSON.stringify(value)) as Value
}

/** The engine over subgraphs that always answer with this data. */
export function answeredBy(sdl: Sdl, answers: Record<string, object>): (query: string) => Promise<Outcome> {
  const engine = engineOver(compose(sdl), async ({ subgraph }) => {
    const data = answers[subgraph]
    if (!data) throw new Error(`${subgraph} was asked`)
    return { data: structuredClone(data) as Record<string, unknown> }
  })
  return (query) => engine({ query })
}
