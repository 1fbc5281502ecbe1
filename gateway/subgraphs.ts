import type { Log } from '../platform/log.ts'
import type { GatewayContext } from './gateway-context.ts'
import type { RequestSubgraph } from './execution/subgraph-request.ts'
import type { SubgraphsMetrics } from './metrics/subgraph-metrics.ts'
import { nodeSubgraph } from './node-field/node-subgraph.ts'
import { NODE_SUBGRAPH } from './node-field/sdl.ts'
import { createSubgraphClient, type ClientOptions, type SubgraphClient } from './subgraph-client/client.ts'
import { remoteSubgraph, type Source } from './subgraph-client/remote-subgraph.ts'
import type { SubgraphTarget } from './subgraph-client/target.ts'

export type SourceOptions = Omit<ClientOptions, 'metrics'> & {
  /** Where each subgraph of the supergraph is, by its name. */
  targets: ReadonlyMap<string, SubgraphTarget>
  /** Serve the subgraph `node` of our own supergraph from within. */
  nodeSubgraph: boolean
  /** @default their own */
  subgraphsMetrics?: SubgraphsMetrics
  log: Log
}

/** The engine's way to the subgraphs: one client behind each, shared with the node subgraph. */
export function subgraphRequests(options: SourceOptions): (context: GatewayContext) => RequestSubgraph {
  const { targets, log } = options
  const { writes = { ended: 0 } } = options
  const clients = new Map<string, SubgraphClient>(
    [...targets].map(([name, target]) => {
      const metrics = options.subgraphsMetrics?.of(name)
      return [name, createSubgraphClient(name, target, { ...options, writes, metrics })]
    }),
  )
  const sources = new Map<string, Source>(
    [...clients].map(([name, client]) => [name, remoteSubgraph(client, log)]),
  )
  if (options.nodeSubgraph) sources.set(NODE_SUBGRAPH, nodeSubgraph(clients, log))
  return (context) => (request) => {
    const source = sources.get(request.subgraph)
    if (!source) throw new Error(`the supergraph's subgraph ${request.subgraph} has no target`)
    return source(request, context)
  }
}
