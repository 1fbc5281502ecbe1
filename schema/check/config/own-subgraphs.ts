import { join } from 'node:path'
import { services, subgraphVariable } from '../../../contracts/topology.ts'
import { NODE_SUBGRAPH, NODE_URL, nodeSdl } from '../../../gateway/node-field/sdl.ts'
import { readConfig } from '../../../platform/config/read-config.ts'
import { root } from '../../../platform/root.ts'
import { OWN_CHANGES, OWN_LINT } from './own-options.ts'
import { type CheckConfig, type SubgraphConfig } from './config.ts'

const COMMON = join(root, 'contracts/graphql/common.graphql')

/**
 * The subgraphs of this repository: the SDL of each service with the shared definitions, and the node subgraph, whose SDL is
 * made by code. @throws ConfigError if the address of a service is invalid
 */
export function ownSubgraphs(): CheckConfig {
  const ofServices = services.map((name): SubgraphConfig => {
    const variable = subgraphVariable(name)
    const files = [COMMON, join(root, `subgraphs/${name}/schema.graphql`)]
    return { name, routingUrl: readConfig([variable])[variable], source: { kind: 'files', files } }
  })
  const node: SubgraphConfig = {
    name: NODE_SUBGRAPH,
    routingUrl: NODE_URL,
    source: {
      kind: 'text',
      file: join(root, 'gateway/node-field/sdl.ts'),
      sdl: nodeSdl(),
    },
  }
  return {
    file: null,
    folder: root,
    subgraphs: [...ofServices, node],
    supergraph: join(root, 'schema/supergraph.graphql'),
    lint: OWN_LINT,
    changes: OWN_CHANGES,
  }
}
