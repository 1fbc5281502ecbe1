import type { Log } from '../../platform/log.ts'
import { toClientError } from '../../platform/graphql/errors.ts'
import { createExecutor, type GraphQLParams } from '../../platform/graphql/executor.ts'
import type { SubgraphSource } from '../subgraph-client/remote-subgraph.ts'
import { createExistence, type Clients } from './existence.ts'
import { nodeSchema } from './schema.ts'

/** The node subgraph, executed in this process, without HTTP. */
export function nodeSubgraph(clients: Clients, log: Log): SubgraphSource {
  const run = createExecutor(nodeSchema())
  return async ({ body }, context) => {
    const params = JSON.parse(body) as GraphQLParams
    const { data, errors } = await run(params, { existence: createExistence(clients, context, log) })
    return {
      data: data ?? null,
      errors: errors?.map((error) => toClientError(error, context.requestId, log)),
    }
  }
}
