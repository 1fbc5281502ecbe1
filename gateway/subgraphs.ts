import type { Log } from '../platform/log.ts'
import type { GatewayContext } from './gateway-context.ts'
import type { RequestSubgraph } from './execution/subgraph-request.ts'
import type { SubgraphsMetrics } from './metrics/subgraph-metrics.ts'
import type { FetchCache } from './cache/fetch-cache.ts'
import { nodeSubgraph } from './node-field/node-subgraph.ts'
import { NODE_SUBGRAPH } from './node-field/sdl.ts'
import { createSubgraphClient, type ClientOptions, type SubgraphClient } from './subgraph-client/client.ts'
import { remoteSubgraph, type SubgraphSource } from './subgraph-client/remote-subgraph.ts'
import type { SubgraphTarget } from './subgraph-client/target.ts'

export type SourceOptions = Omit<ClientOptions, 'metrics'> & {
  /** The targets of the supergraph's subgraphs, by name. */
  targets: ReadonlyMap<string, SubgraphTarget>
  /** Execute Tessera's `node` subgraph in this process. */
  nodeSubgraph: boolean
  /** @default fetches are not cached */
  fetchCache?: FetchCache | null
  /** @default their own */
  subgraphsMetrics?: SubgraphsMetrics
  log: Log
}

/** Connects the engine to the subgraphs. There is one client for each subgraph, which the node subgraph also uses. */
export function subgraphRequests(options: SourceOptions): (context: GatewayContext) => RequestSubgraph {
  const { targets, log } = options
  const { writes = { ended: 0 }, fetchCache = null } = options
  const clients = new Map<string, SubgraphClient>(
    [...targets].map(([name, target]) => {
      const metrics = options.subgraphsMetrics?.of(name)
      return [name, createSubgraphClient(name, target, { ...options, writes, metrics })]
    }),
  )
  const sources = new Map<string, SubgraphSource>(
    [...clients].map(([name, client]) => {
      const source = remoteSubgraph(client, log)
      return [name, fetchCache ? fetchCache(source) : source]
    }),
  )
  if (options.nodeSubgraph) sources.set(NODE_SUBGRAPH, nodeSubgraph(clients, log))
  return (context) => (request) => {
    const source = sources.get(request.subgraph)
    if (!source) throw new Error(`The subgraph ${request.subgraph} has no target.`)
    const response = source(request, context)
    const { rests } = context
    if (!rests?.gathers) return response
    return response.then(
      (got) => {
        rests.add(request.subgraph, got, request.entities?.representations.length ?? 1)
        return got
      },
      (error: unknown) => {
        // The client does not see the error of a field that it did not ask for.
        rests.complete = false
        throw error
      },
    )
  }
}
