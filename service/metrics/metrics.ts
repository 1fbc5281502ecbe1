import { collectDefaultMetrics, Registry } from 'prom-client'
import type { OwnedLog } from '../../patterns/change-log/index.ts'
import type { Metrics } from '../../platform/metrics/metrics-route.ts'
import { logMetrics } from './log-metrics.ts'

/**
 * The metrics of a process and of its change logs, in the text format of Prometheus.
 *
 * @param own registers further metrics
 */
export function createMetrics(
  logs: readonly Pick<OwnedLog, 'database' | 'figures'>[],
  own?: (registry: Registry) => void,
): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const update = logMetrics(registry)
  own?.(registry)
  return {
    type: registry.contentType,
    async text() {
      update(
        await Promise.all(logs.map(async ({ database, figures }) => [database, await figures()] as const)),
      )
      return registry.metrics()
    },
  }
}
