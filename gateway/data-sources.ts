import type { GraphQLDataSource } from '@apollo/gateway'
import type { Log } from '../platform/log.ts'
import { subgraphSource } from './execution/subgraph-source.ts'
import { nodeSource } from './node/local-source.ts'
import { NODE_SUBGRAPH } from './node/sdl.ts'
import { createSubgraphClient, type ClientOptions, type SubgraphClient } from './subgraph-client/client.ts'
import type { SubgraphTarget } from './subgraph-client/target.ts'

export type DataSourceOptions = ClientOptions & {
  /** Where each subgraph of the supergraph is, by its name. */
  targets: ReadonlyMap<string, SubgraphTarget>
  /** Serve the subgraph `node` of our own supergraph from within. */
  nodeSubgraph: boolean
  log: Log
}

/** The data source of each subgraph, with one client behind each, shared with the node subgraph. */
export function dataSources(options: DataSourceOptions): (subgraph: string) => GraphQLDataSource {
  const { targets, log } = options
  const clients = new Map<string, SubgraphClient>(
    [...targets].map(([name, target]) => [name, createSubgraphClient(name, target, options)]),
  )
  return (name) => {
    if (options.nodeSubgraph && name === NODE_SUBGRAPH) return nodeSource(clients, log)
    const client = clients.get(name)
    if (!client) throw new Error(`the supergraph's subgraph ${name} has no target`)
    return subgraphSource(client, log)
  }
}
