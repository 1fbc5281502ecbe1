import { operationFromDocument, Supergraph, type Operation } from '@apollo/federation-internals'
import { prettyFormatQueryPlan, QueryPlanner, type QueryPlan } from '@apollo/query-planner'
import {
  isAbstractType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  printSchema,
  type GraphQLSchema,
} from 'graphql'
import { interfaceObjectsIn, withoutObjectTypenames } from './interface-objects.ts'
import { mapFetches } from './map-fetches.ts'
import { planInTurns } from './mutation-turns.ts'
import type { LoadedSupergraph, Planned } from './planner.ts'
import { plannedNames } from './planned-names.ts'
import { requirementsIn } from './requirements.ts'
import { withResolvableKeys } from './resolvable-keys.ts'
import { splitFetch } from './split-fetch.ts'
import { withTwins } from './twins.ts'
import { withoutTwins } from './without-twins.ts'

/**
 * Plans of one operation that are compared. Apollo's 10,000 took 0.7 to 3 s of CPU for operations of the differential
 * test with some 8,000 possible plans, during which nobody else's operation is planned; 1,000 took 13 to 110 ms.
 */
const MAX_EVALUATED_PLANS = 1_000

/**
 * Apollo's planner, in this thread: loading a supergraph and planning an operation both block it.
 *
 * It plans over a supergraph in which it cannot make mistakes that it makes over the original (`withResolvableKeys`,
 * `withTwins`); others are kept from it (`plannedNames`, `planInTurns`) or mended (`withoutObjectTypenames`).
 */
export function loadApolloPlanner(supergraphSdl: string) {
  const supergraph = Supergraph.build(supergraphSdl)
  const apiSchema = supergraph.apiSchema()
  const original = parse(supergraphSdl, { noLocation: true })
  const { document, twins } = withTwins(withResolvableKeys(original))
  const requirements = requirementsIn(document, twins)
  const interfaceObjects = interfaceObjectsIn(document)
  // Taking the subgraphs out of the original is what validates it. The edited one would not pass: twins leave fields
  // without a use that the subgraphs declare as @external.
  supergraph.subgraphs()
  const isEdited = print(document) !== print(original)
  const planner = new QueryPlanner(
    isEdited ? Supergraph.build(print(document), { validateSupergraph: false }) : supergraph,
    { debug: { maxEvaluatedPlans: MAX_EVALUATED_PLANS } },
  )
  const loaded: LoadedSupergraph = {
    apiSdl: printSchema(apiSchema.toGraphQLJSSchema()),
    subtypes: subtypesOf(supergraph.schema.toGraphQLJSSchema()),
    plannedNames: plannedNames(document),
  }
  return {
    loaded,
    plan(operation: string, operationName: string | undefined, withText: boolean): Planned {
      const options = operationName === undefined ? {} : { operationName }
      const planned = planInTurns(parse(operation), operationName, (turn) =>
        plannedOrEmpty(planner, operationFromDocument(apiSchema, turn, options)),
      )
      const plan = mapFetches(planned, (fetch) =>
        withoutObjectTypenames(fetch, interfaceObjects)
          .flatMap((asked) => splitFetch(asked, twins, requirements))
          .map((part) => withoutTwins(part, twins)),
      )
      return { plan, text: withText ? prettyFormatQueryPlan(plan) : null }
    },
  }
}

/** That no subgraph can be asked, the planner says by an empty plan, or by an error of these words. */
const NO_WAY = 'Was not able to find any options for'

function plannedOrEmpty(planner: QueryPlanner, operation: Operation): QueryPlan {
  try {
    return planner.buildQueryPlan(operation)
  } catch (error) {
    if (error instanceof Error && error.message.startsWith(NO_WAY)) return { kind: 'QueryPlan' }
    throw error
  }
}

function subtypesOf(schema: GraphQLSchema): Record<string, string[]> {
  const types = Object.values(schema.getTypeMap())
  const concrete = types.filter((type) => isObjectType(type) || isInterfaceType(type))
  return Object.fromEntries(
    types.filter(isAbstractType).map((type) => {
      const names = concrete.filter((other) => other !== type && schema.isSubType(type, other))
      return [type.name, names.map(({ name }) => name)]
    }),
  )
}
