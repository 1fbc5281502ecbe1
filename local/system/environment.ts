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

/** Everything that is started, in order. */
export const processNames: readonly ProcessName[] = [...services, 'gateway']

/**
 * What the gateway's Node is started with (ADR 0009; `npm run bench:gateway -- --query guild` shows what they do):
 *
 * - room for the young objects of many requests at once, in MB. With V8's 16 they are copied about while their requests wait;
 * - no object that is old from birth because others of its place in the code lived long. V8 takes answers under load for
 *   such, and then each of them keeps all it holds until the old generation is collected.
 */
export const GATEWAY_NODE_OPTIONS: readonly string[] = [
  '--max-semi-space-size=64',
  '--no-allocation-site-pretenuring',
]

/** What Node is given to run each process: options and the file. */
export function nodeArguments(name: ProcessName): string[] {
  if (name === 'gateway') return [...GATEWAY_NODE_OPTIONS, join(root, 'gateway/main.ts')]
  return [join(root, `subgraphs/${name}/main.ts`)]
}

/** What the processes of one system share. */
export type Shared = {
  /** Variables that are handed on as they are, unless they are among those below. */
  inherited: Env
  databaseUrls: DatabaseUrls
  internalSecret: string
  subgraphUrls: Readonly<Record<Service, string>>
}

/**
 * The environment of one process: what is inherited, without anything that another process alone may know. A service
 * gets its own databases and no other, and the addresses of the services whose logs it follows. The gateway gets the addresses
 * of all services, and no database.
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
