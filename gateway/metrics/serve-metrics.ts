import { createHttpServer, listen, type RunningServer } from '../../platform/http/server.ts'
import { transportErrors } from '../../platform/http/transport-errors.ts'
import type { Log } from '../../platform/log.ts'
import { metricsRoute, type Metrics } from '../../platform/metrics/metrics-route.ts'

/** Serves `/metrics` on a separate port, so that clients of the API cannot read the metrics. */
export async function serveMetrics(
  metrics: Metrics,
  { host, port }: { host: string; port: number },
  log: Log,
): Promise<RunningServer> {
  const app = createHttpServer(log)
  transportErrors(app)
  metricsRoute(app, metrics)
  return listen(app, host, port, { host: 'METRICS_HOST=', port: 'METRICS_PORT=' })
}
