import { ApolloGateway } from '@apollo/gateway'
import { printSchema } from 'graphql'
import { disableApolloTelemetry } from '../../platform/config/apollo-telemetry.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import type { Log } from '../../platform/log.ts'
import type { Admission } from '../execution/admission.ts'
import { fingerprint } from '../execution/operation-identity.ts'
import type { Engine } from '../execution/operation-store.ts'
import { buildSchemaInSlices } from '../supergraph/build-schema.ts'
import { createApolloStore } from './apollo-store.ts'
import { subgraphDataSource } from './subgraph-data-source.ts'

/**
 * Loads a supergraph into @apollo/gateway. This blocks the event loop.
 *
 * @throws UserFacingError if the supergraph cannot be served
 */
export async function loadApolloEngine(
  supergraphSdl: string,
  admission: Admission,
  log: Log,
): Promise<Engine> {
  refuseLabels(supergraphSdl)
  disableApolloTelemetry()
  const gateway = new ApolloGateway({
    supergraphSdl,
    buildService: ({ name }) => subgraphDataSource(name),
    validateSupergraph: true,
    __exposeQueryPlanExperimental: false,
    logger: {
      debug: () => {},
      info: () => {},
      warn: (message?: unknown) => log.warn(String(message)),
      error: (message?: unknown) => log.error(String(message)),
    },
  })
  const loaded = await gateway.load().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserFacingError(`The supergraph cannot be served: ${reason}`)
  })
  const schema = await buildSchemaInSlices(printSchema(loaded.schema))
  return {
    schema,
    operations: createApolloStore({
      gateway,
      schema,
      supergraphId: fingerprint(supergraphSdl),
      admission,
      log,
    }),
    [Symbol.asyncDispose]: () => gateway.stop(),
  }
}

/** Refuses labels of @override. @apollo/gateway has no setting for them, and always treats them in the same way. */
function refuseLabels(supergraphSdl: string): void {
  const labels = new Set([...supergraphSdl.matchAll(/overrideLabel: *("[^"]*")/g)].map(([, label]) => label))
  if (labels.size === 0) return
  throw new UserFacingError(
    `The supergraph has @override with label ${[...labels].join(', ')}, which @apollo/gateway ignores. ` +
      'Compose it without labels, or serve it with GATEWAY_ENGINE=tessera.',
  )
}
