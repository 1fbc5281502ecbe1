import type { Config } from '../../platform/config/read-config.ts'
import { services, subgraphVariable } from '../../contracts/topology.ts'
import { OBSERVABILITY_VARIABLES } from '../metrics/observability.ts'
import { SWITCH_VARIABLES } from '../switches.ts'

/** The environment variables of Tessera's own gateway. */
export const GATEWAY_VARIABLES = [
  'HOST',
  'PORT',
  'NODE_ENV',
  'INTERNAL_SECRET',
  ...services.map(subgraphVariable),
  'SUBGRAPH_TIMEOUT_MS',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
  'JWKS_URL',
  'JWT_LEEWAY_S',
  'CORS_ORIGINS',
  ...SWITCH_VARIABLES,
  ...OBSERVABILITY_VARIABLES,
  'REDIS_URL',
  'LOG_TRANSPORT',
  'CACHE',
] as const

export type GatewayConfig = Config<(typeof GATEWAY_VARIABLES)[number]>
