import '../../platform/config/disable-apollo-telemetry.ts'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { UserFacingError } from '../../platform/lifecycle.ts'
import type { Log } from '../../platform/log.ts'
import type { GatewayInterface } from './gateway-interface.ts'
import { tidyErrors } from './tidy-errors.ts'

export type ExecutionOptions = {
  supergraphSdl: string
  /** The data source of each subgraph that the supergraph names. */
  sourceOf: (subgraph: string) => GraphQLDataSource
  /** Answer `Apollo-Query-Plan-Experimental: 1` with the query plan. */
  showPlans: boolean
  log: Log
}

/**
 * Plans and executes operations of a supergraph. This folder alone knows the engine: the rest of the gateway sees a
 * `GatewayInterface`, so that another engine can take its place.
 */
export function createExecution(options: ExecutionOptions): GatewayInterface {
  const { supergraphSdl, sourceOf, showPlans, log } = options
  const engine = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name }) => sourceOf(name),
    logger: log,
    __exposeQueryPlanExperimental: showPlans,
  })
  return {
    onSchemaLoadOrUpdate: (callback) => engine.onSchemaLoadOrUpdate(callback),
    stop: () => engine.stop(),
    async load(loadOptions) {
      const { executor } = await engine.load(loadOptions).catch((error: unknown) => {
        throw new UserFacingError(
          `The supergraph cannot be served: ${error instanceof Error ? error.message : String(error)}`,
        )
      })
      return { executor: executor && (async (request) => tidyErrors(await executor(request))) }
    },
  }
}
