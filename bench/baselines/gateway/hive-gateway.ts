import { createGatewayRuntime, type GatewayConfigSupergraph } from '@graphql-hive/gateway-runtime'
import { unifiedGraphHandler } from '@graphql-hive/router-runtime'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ContenderSettings } from '../../support/contender-settings.ts'

/**
 * Hive Gateway with the query planner of Hive Router.
 *
 * @returns the port
 */
export async function serveHive(
  { supergraph, propagateAuthorization }: ContenderSettings,
  options: Partial<GatewayConfigSupergraph>,
): Promise<number> {
  const gateway = createGatewayRuntime({
    supergraph,
    unifiedGraphHandler,
    ...options,
    ...(propagateAuthorization && {
      propagateHeaders: {
        fromClientToSubgraphs: ({ request }) => ({ authorization: request.headers.get('authorization') }),
      },
    }),
  })
  const server = createServer((request, response) => void gateway(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
