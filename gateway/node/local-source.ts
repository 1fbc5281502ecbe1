import type { GraphQLDataSource } from '@apollo/gateway'
import type { Log } from '../../platform/log.ts'
import { toClientError } from '../../platform/graphql/errors.ts'
import { createExecutor } from '../../platform/graphql/executor.ts'
import type { GatewayContext } from '../context.ts'
import { createExistence, type Clients } from './existence.ts'
import { nodeSchema } from './schema.ts'

/** The node subgraph as a data source of the execution: no HTTP in between. */
export function nodeSource(clients: Clients, log: Log): GraphQLDataSource<GatewayContext> {
  const run = createExecutor(nodeSchema())
  return {
    async process({ request, context }) {
      const caller = context as GatewayContext
      const params = { query: request.query ?? '', variables: request.variables ?? null }
      const { data, errors } = await run(params, { existence: createExistence(clients, caller, log) })
      return {
        data: data ?? null,
        ...(errors && { errors: errors.map((error) => toClientError(error, caller.requestId, log)) }),
      }
    },
  }
}
