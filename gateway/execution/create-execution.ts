import { buildSchema, GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../context.ts'
import type { Exchange } from './exchange.ts'
import type { GatewayInterface } from './gateway-interface.ts'
import type { JsonObject } from './json.ts'
import { createSchemaContext } from './operation.ts'
import { createOperationStore } from './operation-store.ts'
import { startWorkerPlanner } from './planner/worker-planner.ts'

export type ExecutionOptions = {
  supergraphSdl: string
  /** The way to the subgraphs for one client request. */
  exchangeFor: (context: GatewayContext) => Exchange
  /** Answer `Apollo-Query-Plan-Experimental: 1` with the query plan, which Apollo Sandbox shows. */
  showPlans: boolean
  log: Log
}

type SchemaCallback = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0]
type Executor = NonNullable<Awaited<ReturnType<GatewayInterface['load']>>['executor']>

/**
 * Our own engine as Apollo Server knows engines: operations are planned by Apollo's planner in a thread of its own,
 * compiled once, and executed as compiled.
 */
export function createExecution(options: ExecutionOptions): GatewayInterface {
  const { supergraphSdl, exchangeFor, showPlans, log } = options
  const callbacks = new Set<SchemaCallback>()
  const opened = new AsyncDisposableStack()
  return {
    onSchemaLoadOrUpdate(callback) {
      callbacks.add(callback)
      return () => callbacks.delete(callback)
    },
    async load() {
      const planner = opened.use(await startWorkerPlanner({ supergraphSdl, withText: showPlans, log }))
      const { apiSdl, subtypes } = planner.supergraph
      const api = buildSchema(apiSdl, { assumeValid: true })
      const store = createOperationStore(planner, createSchemaContext(api, subtypes))
      for (const callback of callbacks) callback({ apiSchema: api, coreSupergraphSdl: supergraphSdl })

      const executor: Executor = async ({ document, source, request, context }) => {
        const variables = (request.variables ?? {}) as JsonObject
        const exchange = exchangeFor(context as GatewayContext)
        const prepared = { document, source, operationName: request.operationName ?? null }
        const executed = await store.execute(prepared, variables, exchange)
        if ('refused' in executed) return { errors: executed.refused }
        const { data, errors } = executed.result
        const wanted = showPlans && request.http?.headers.get('apollo-query-plan-experimental')
        return {
          data: JSON.parse(data) as JsonObject | null,
          ...(errors.length > 0 && { errors: errors.map(toGraphQLError) }),
          ...(wanted && { extensions: { __queryPlanExperimental: executed.planText ?? true } }),
        }
      }
      return { executor }
    },
    stop: () => opened.disposeAsync(),
  }
}

function toGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null })
}
