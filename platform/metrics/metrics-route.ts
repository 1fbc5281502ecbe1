import type { FastifyInstance } from 'fastify'

export type Metrics = { text(): Promise<string>; readonly type: string }

/** `GET /metrics`, without authentication: the metrics contain no personal data. */
export function metricsRoute(app: FastifyInstance, metrics: Metrics): void {
  app.get('/metrics', async (_request, reply) => reply.type(metrics.type).send(await metrics.text()))
}
