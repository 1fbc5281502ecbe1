import type { FastifyInstance } from 'fastify'

/** Checks of dependencies, by name. A check rejects with the reason if its dependency is not ready. */
export type Dependencies = Readonly<Record<string, () => Promise<void>>>

/** Checks of components that are only reported. A check may resolve with a description of the state. */
export type Reports = Readonly<Record<string, () => Promise<string | void>>>

/** Maximum time of a dependency's check. Milliseconds. */
const CHECK_TIMEOUT_MS = 2_000
/** Maximum time of a reported check. A probe with a timeout of one second still gets its response. Milliseconds. */
const REPORT_TIMEOUT_MS = 500

/**
 * `GET /healthz`: the process is alive. `GET /readyz`: 200 if all dependencies are ready, otherwise 503.
 *
 * @param reported shown with their state; they do not affect readiness
 */
export function healthRoutes(app: FastifyInstance, dependencies: Dependencies, reported: Reports = {}): void {
  app.get('/healthz', () => ({ status: 'alive' }))
  app.get('/readyz', async (_request, reply) => {
    const [needed, others] = await Promise.all([
      outcomes(dependencies, CHECK_TIMEOUT_MS),
      outcomes(reported, REPORT_TIMEOUT_MS),
    ])
    const ready = Object.values(needed).every((state) => state === 'ready')
    return reply.code(ready ? 200 : 503).send({
      status: ready ? 'ready' : 'not ready',
      dependencies: needed,
      ...(Object.keys(reported).length > 0 && { reported: others }),
    })
  })
}

async function outcomes(checks: Reports, timeoutMs: number): Promise<Record<string, string>> {
  const states = Object.entries(checks).map(
    async ([name, check]) => [name, await outcome(check, timeoutMs)] as const,
  )
  return Object.fromEntries(await Promise.all(states))
}

async function outcome(check: () => Promise<string | void>, timeoutMs: number): Promise<string> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no response within ${timeoutMs} ms`)), timeoutMs)
  try {
    return (await Promise.race([check(), late])) ?? 'ready'
  } catch (error) {
    return error instanceof Error ? error.message || error.name : String(error)
  } finally {
    clearTimeout(timer)
  }
}
