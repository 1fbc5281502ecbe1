import type { Config } from '../../platform/config/read-config.ts'

/** The environment variables of the metrics and the access log. */
export const OBSERVABILITY_VARIABLES = ['METRICS_HOST', 'METRICS_PORT', 'ACCESS_LOG'] as const

export type Observability = {
  /** The address at which `/metrics` is served. Null if it is not served. Port 0 stands for any free port. */
  metrics: { host: string; port: number } | null
  /** Log a line for each request. */
  accessLog: boolean
}

export const NO_OBSERVABILITY: Observability = { metrics: null, accessLog: false }

export function observabilityOf(config: Config<(typeof OBSERVABILITY_VARIABLES)[number]>): Observability {
  const { METRICS_HOST: host, METRICS_PORT: port } = config
  return {
    metrics: port === undefined ? null : { host, port },
    accessLog: config.ACCESS_LOG === 'on',
  }
}
