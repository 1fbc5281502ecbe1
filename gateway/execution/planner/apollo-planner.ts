import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { prettyFormatQueryPlan, QueryPlanner, type QueryPlan } from '@apollo/query-planner'
import {
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isObjectType,
  parse,
  print,
  printSchema,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql'
import { apiError } from '../../../platform/graphql/errors.ts'
import { fingerprint } from '../operation-identity.ts'
import { cacheHintsIn } from './cache-hints.ts'
import { expandFragments } from './expand-fragments.ts'
import { interfaceObjectsIn, withInterfaceObjects, withoutObjectTypenames } from './interface-objects.ts'
import { mapFetches } from './fetches.ts'
import { planInTurns } from './mutation-turns.ts'
import { withNumberPlaces } from './number-places.ts'
import { withObjectRepresentations } from './object-representations.ts'
import type { PlannerSupergraph, Planned } from './planner.ts'
import { overrideLabelsIn } from './override-labels.ts'
import { plannedNames } from './planned-names.ts'
import { requirementsIn } from './requirements.ts'
import { withResolvableKeys } from './resolvable-keys.ts'
import { splitFetch } from './split-fetch.ts'
import { addRequiresAliases } from './requires-aliases.ts'
import { removeRequiresAliases } from './remove-requires-aliases.ts'

/**
 * The number of plans of one operation that are compared. With Apollo's default of 10,000, operations of the differential
 * test with about 8,000 possible plans took 0.7 to 3 s of CPU, while other operations waited. With 1,000, they took 13 to 110 ms.
 */
const MAX_EVALUATED_PLANS = 1_000

/**
 * The number of paths to one field that are compared. It can grow exponentially with the types of an interface: without a
 * limit, one operation of the differential test took 3 GB and did not end. With 10,000, it is refused after 0.2 s.
 */
const MAX_PATHS = 10_000

/**
 * Apollo's planner. Loading a supergraph and planning an operation both block the thread.
 *
 * The planner makes silently wrong plans (ADR 0004). Some faults cannot occur with a changed supergraph
 * (`withResolvableKeys`, `addRequiresAliases`) or changed operations (`planInTurns`). Others are corrected in the plan
 * (`withoutObjectTypenames`, `splitFetch`).
 */
export function loadApolloPlanner(supergraphSdl: string) {
  const supergraph = Supergraph.build(supergraphSdl)
  const apiSchema = supergraph.apiSchema()
  const api = apiSchema.toGraphQLJSSchema()
  const original = parse(supergraphSdl, { noLocation: true })
  const { document, aliases } = addRequiresAliases(withResolvableKeys(original))
  const requirements = requirementsIn(document, aliases)
  const interfaceObjects = interfaceObjectsIn(document)
  // This call validates the original. The edited supergraph would not be valid: it has @external fields that are not used.
  supergraph.subgraphs()
  const isEdited = print(document) !== print(original)
  const planner = new QueryPlanner(
    isEdited ? Supergraph.build(print(document), { validateSupergraph: false }) : supergraph,
    { debug: { maxEvaluatedPlans: MAX_EVALUATED_PLANS, pathsLimit: MAX_PATHS } },
  )
  const schema = supergraph.schema.toGraphQLJSSchema()
  const loaded: PlannerSupergraph = {
    id: fingerprint(supergraphSdl),
    apiSdl: printSchema(api),
    subtypes: subtypesOf(schema),
    interfaceObjects: [...new Set([...interfaceObjects.bySubgraph.values()].flatMap((names) => [...names]))],
    hiddenValues: hiddenValuesOf(schema, api),
    overrideLabels: overrideLabelsIn(document),
    cacheHints: cacheHintsIn(original),
    plannedNames: plannedNames(document),
  }
  return {
    loaded,
    plan(
      operation: string,
      operationName: string | undefined,
      withText: boolean,
      labels: readonly string[] = [],
    ): Planned {
      const overrideConditions = new Map(labels.map((label) => [label, true]))
      const options = operationName === undefined ? {} : { operationName }
      const planTurn = (turn: DocumentNode) =>
        planner.buildQueryPlan(operationFromDocument(apiSchema, turn, options), { overrideConditions })
      const planned = planInTurns(parse(operation), operationName, (turn) =>
        plannedOrEmpty(
          () => planTurn(turn),
          () => planTurn(expandFragments(turn, api, loaded.interfaceObjects)),
        ),
      )
      const plan = mapFetches(planned, (fetch) =>
        withoutObjectTypenames(fetch, interfaceObjects)
          .flatMap((asked) => splitFetch(asked, aliases, requirements))
          .map((part) => withObjectRepresentations(part, loaded.subtypes, interfaceObjects))
          .map((part) => removeRequiresAliases(withInterfaceObjects(part, interfaceObjects), aliases))
          .map((part) => withNumberPlaces(part, schema)),
      )
      return { plan, text: withText ? prettyFormatQueryPlan(plan) : null }
    },
  }
}

/**
 * If no subgraph can be asked, the planner makes an empty plan, or throws an error with one of these messages. The second is
 * about the type of an @interfaceObject that no subgraph can find.
 */
const NO_WAY = /^Was not able to find any options for|potentially an interface object type at runtime$/

/** The message for a fragment on an @interfaceObject with a type that the subgraph does not have. */
const UNKNOWN_FRAGMENT = /^We should have an edge from .* for __typename$/

const TOO_MANY_PATHS = /^Too many options generated for/
export const TOO_COMPLEX =
  'The operation is too complex to plan. Select less below abstract types, or split it into several operations.'

/** @param planExpanded plans the operation after `expandFragments`. It is longer, so it is planned only if necessary. */
function plannedOrEmpty(plan: () => QueryPlan, planExpanded: (() => QueryPlan) | null): QueryPlan {
  try {
    return plan()
  } catch (error) {
    if (planExpanded && error instanceof Error && UNKNOWN_FRAGMENT.test(error.message)) {
      return plannedOrEmpty(planExpanded, null)
    }
    if (error instanceof Error && TOO_MANY_PATHS.test(error.message)) {
      throw apiError('LIMIT_EXCEEDED', TOO_COMPLEX)
    }
    if (error instanceof Error && NO_WAY.test(error.message)) return { kind: 'QueryPlan' }
    throw error
  }
}

function hiddenValuesOf(schema: GraphQLSchema, api: GraphQLSchema): Record<string, string[]> {
  const shown = Object.values(api.getTypeMap()).filter(isEnumType)
  const hidden = shown.map((type): [string, string[]] => {
    const whole = schema.getType(type.name)
    const names = isEnumType(whole) ? whole.getValues().map(({ name }) => name) : []
    return [type.name, names.filter((name) => !type.getValue(name))]
  })
  return Object.fromEntries(hidden.filter(([, names]) => names.length > 0))
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
