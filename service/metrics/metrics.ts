import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { OwnedLog } from '../../patterns/change-log/index.ts'
import { logMetrics } from './log-metrics.ts'

export type Metrics = { text(): Promise<string>; readonly type: string }

/**
 * The metrics of a process and of its change logs, in the text format of Prometheus.
 *
 * @param own registers further ones
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

/** `GET /metrics`, for anybody who can reach the service: they name no person. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get('/metrics', async (_request, reply) => reply.type(metrics.type).send(await metrics.text()))
}
