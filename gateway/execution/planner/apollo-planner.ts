import { operationFromDocument, Supergraph } from '@apollo/federation-internals'
import { prettyFormatQueryPlan, QueryPlanner } from '@apollo/query-planner'
import {
  isAbstractType,
  isInterfaceType,
  isObjectType,
  parse,
  printSchema,
  type GraphQLSchema,
} from 'graphql'
import type { LoadedSupergraph, Planned } from './planner.ts'

/** Apollo's planner, in this thread: loading a supergraph and planning an operation both block it. */
export function loadApolloPlanner(supergraphSdl: string) {
  const supergraph = Supergraph.build(supergraphSdl)
  const planner = new QueryPlanner(supergraph)
  const apiSchema = supergraph.apiSchema()
  const loaded: LoadedSupergraph = {
    apiSdl: printSchema(apiSchema.toGraphQLJSSchema()),
    subtypes: subtypesOf(supergraph.schema.toGraphQLJSSchema()),
  }
  return {
    loaded,
    plan(operation: string, operationName: string | undefined, withText: boolean): Planned {
      const options = operationName === undefined ? {} : { operationName }
      const plan = planner.buildQueryPlan(operationFromDocument(apiSchema, parse(operation), options))
      return { plan, text: withText ? prettyFormatQueryPlan(plan) : null }
    },
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
