import type { FastifyInstance } from 'fastify'

/** Each dependency by name; a check rejects with the reason it is not ready. */
export type Dependencies = Readonly<Record<string, () => Promise<void>>>

/** Longest wait for one dependency. Milliseconds. */
const CHECK_TIMEOUT_MS = 2_000

/** `GET /healthz`: the process is alive. `GET /readyz`: 200 when each named dependency is ready, else 503. */
export function healthRoutes(app: FastifyInstance, dependencies: Dependencies): void {
  app.get('/healthz', () => ({ status: 'alive' }))
  app.get('/readyz', async (_request, reply) => {
    const checks = await Promise.all(
      Object.entries(dependencies).map(async ([name, check]) => [name, await outcome(check)] as const),
    )
    const ready = checks.every(([, state]) => state === 'ready')
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ready' : 'not ready', dependencies: Object.fromEntries(checks) })
  })
}

async function outcome(check: () => Promise<void>): Promise<string> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new Error(`no answer within ${CHECK_TIMEOUT_MS} ms`)),
    CHECK_TIMEOUT_MS,
  )
  try {
    await Promise.race([check(), late])
    return 'ready'
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error)
  } finally {
    clearTimeout(timer)
  }
}
