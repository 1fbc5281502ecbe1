import type { Config } from '../platform/config/read-config.ts'
import type { HttpClient } from './subgraph-client/create-transport.ts'

/** The variables that choose which parts of the gateway are used. */
export const SWITCH_VARIABLES = [
  'GATEWAY_ENGINE',
  'FAST_PATH',
  'SOCKET_SERVER',
  'SUBGRAPH_HTTP_CLIENT',
  'REQUEST_SHARING',
  'USAGE_RECORDING',
] as const

/** The engines that can execute operations. */
export const ENGINES = ['tessera', 'apollo'] as const

export type EngineName = (typeof ENGINES)[number]

/** A warning for the log: what Apollo's engine does differently, and why: docs/adr/0016-apollo-engine.md. */
export const APOLLO_DIFFERENCES =
  'GATEWAY_ENGINE=apollo: operations are executed by @apollo/gateway. It plans on the event loop and not ahead of a ' +
  'reload, interprets the plan for each request, shows no query plans, can put "@" into the paths of errors, reads ' +
  'numbers of custom scalars as doubles, and has the faults of planning listed in docs/adr/0004-engine.md. See docs/gateway.md.'

/** The parts of the gateway that can be replaced by a library or left out. */
export type Switches = {
  /** Executes operations: our own engine (ADR 0004), or @apollo/gateway (ADR 0016). */
  engine: EngineName
  /** Execute plain requests without Apollo Server (ADR 0005). */
  fastPath: boolean
  /** Serve plain POSTs on the socket, without node:http and fastify (ADR 0011). */
  socketServer: boolean
  /** The HTTP client for `http:` subgraphs (ADR 0006). `https:` subgraphs always use undici. */
  subgraphHttpClient: HttpClient
  /** Execute equal queries in flight once. */
  requestSharing: boolean
  /** Record which clients use which operations, if there is a Redis. */
  usageRecording: boolean
}

export const DEFAULT_SWITCHES: Switches = {
  engine: 'tessera',
  fastPath: true,
  socketServer: true,
  subgraphHttpClient: 'own',
  requestSharing: true,
  usageRecording: true,
}

/** The switches of the environment. */
export function switchesOf(config: Config<(typeof SWITCH_VARIABLES)[number]>): Switches {
  return {
    engine: config.GATEWAY_ENGINE,
    fastPath: config.FAST_PATH === 'on',
    socketServer: config.SOCKET_SERVER === 'on',
    subgraphHttpClient: config.SUBGRAPH_HTTP_CLIENT,
    requestSharing: config.REQUEST_SHARING === 'on',
    usageRecording: config.USAGE_RECORDING === 'on',
  }
}
