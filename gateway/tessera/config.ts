import type { Config } from '../../platform/config/read-config.ts'
import { OBSERVABILITY_VARIABLES } from '../metrics/observability.ts'
import { SWITCH_VARIABLES } from '../switches.ts'

/** The variables the gateway of our own system reads. */
export const GATEWAY_VARIABLES = [
  'HOST',
  'PORT',
  'NODE_ENV',
  'INTERNAL_SECRET',
  'SUBGRAPH_URL_USERS',
  'SUBGRAPH_URL_POSTS',
  'SUBGRAPH_URL_FOLLOWERS',
  'SUBGRAPH_TIMEOUT_MS',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
  'JWKS_URL',
  'JWT_LEEWAY_S',
  'CORS_ORIGINS',
  ...SWITCH_VARIABLES,
  ...OBSERVABILITY_VARIABLES,
  'REDIS_URL',
] as const

export type GatewayConfig = Config<(typeof GATEWAY_VARIABLES)[number]>
