import { join } from 'node:path'
import type { Env } from '../../platform/config/read-config.ts'
import { root } from '../../platform/root.ts'
import {
  databases,
  databaseVariable,
  services,
  subgraphVariable,
  topology,
  upstreamsOf,
  type Service,
} from '../../contracts/topology.ts'
import type { DatabaseUrls } from './databases.ts'

export type ProcessName = Service | 'gateway'

/** All processes, in the order in which they are started. */
export const processNames: readonly ProcessName[] = [...services, 'gateway']

/**
 * Node options of the gateway (ADR 0009; `npm run bench:gateway -- --query guild` shows their effect):
 *
 * - Space in MB for the young objects of many concurrent requests. With V8's default of 16, they are copied repeatedly
 *   while their requests wait.
 * - No pretenuring: V8 would otherwise allocate objects as old if earlier objects from the same code lived long. Under
 *   load, that happens to responses. Each of them then retains all it references until the old generation is collected.
 */
export const GATEWAY_NODE_OPTIONS: readonly string[] = [
  '--max-semi-space-size=64',
  '--no-allocation-site-pretenuring',
]

/** Arguments of Node for each process: options and the file. */
export function nodeArguments(name: ProcessName): string[] {
  if (name === 'gateway') return [...GATEWAY_NODE_OPTIONS, join(root, 'gateway/main.ts')]
  return [join(root, `subgraphs/${name}/main.ts`)]
}

/** Settings that the processes of one system share. */
export type Shared = {
  /** Variables that are passed on unchanged, unless they are among those below. */
  inherited: Env
  databaseUrls: DatabaseUrls
  internalSecret: string
  subgraphUrls: Readonly<Record<Service, string>>
}

/**
 * The environment of one process: the inherited variables, without those that only other processes may have. A service
 * gets its own databases and the addresses of the services whose logs it follows. The gateway gets the addresses of all
 * services, and no database.
 */
export function environmentOf(name: ProcessName, host: string, port: number, shared: Shared): Env {
  const env: Record<string, string | undefined> = { ...shared.inherited }
  for (const database of databases) delete env[databaseVariable(database)]
  for (const service of services) delete env[subgraphVariable(service)]
  delete env['DATA_DIR']
  env['HOST'] = host
  env['PORT'] = String(port)
  env['INTERNAL_SECRET'] = shared.internalSecret
  const asked = name === 'gateway' ? services : upstreamsOf(name)
  for (const service of asked) env[subgraphVariable(service)] = shared.subgraphUrls[service]
  if (name === 'gateway') return env
  for (const database of topology[name].databases)
    env[databaseVariable(database)] = shared.databaseUrls[database]
  return env
}
