import { buildSchema, GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../context.ts'
import type { Exchange } from './exchange.ts'
import type { GatewayInterface } from './gateway-interface.ts'
import type { JsonObject } from './json.ts'
import { createSchemaContext } from './operation.ts'
import { createOperationStore, type PlannedOperation } from './operation-store.ts'
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

      const executor: Executor = async ({ document, source, operationName, request, context }) => {
        const operation = await store.find({ document, source, operationName })
        const variables = (request.variables ?? {}) as JsonObject
        const { data, errors } = await operation.execute(variables, exchangeFor(context as GatewayContext))
        const wanted = showPlans && request.http?.headers.get('apollo-query-plan-experimental')
        return {
          ...(data !== null && { data: JSON.parse(data) as JsonObject }),
          ...(errors.length > 0 && { errors: errors.map(toGraphQLError) }),
          ...(wanted && { extensions: planExtension(operation) }),
        }
      }
      return { executor }
    },
    stop: () => opened.disposeAsync(),
  }
}

function planExtension({ planText }: PlannedOperation): JsonObject {
  return { __queryPlanExperimental: planText ?? true }
}

function toGraphQLError(error: GraphQLFormattedError | GraphQLError): GraphQLError {
  if (error instanceof GraphQLError) return error
  const { message, path, extensions } = error
  return new GraphQLError(message, { path: path ?? null, extensions: extensions ?? null })
}
