import type { GatewayReport } from './report.ts'

/** Maximum wait for a gateway, which asks its dependencies itself. Milliseconds. */
const TIMEOUT_MS = 5_000

/** Asks a gateway's `/readyz`. Never rejects. @param url its GraphQL URL */
export async function readGateway(url: string): Promise<GatewayReport> {
  try {
    const response = await fetch(new URL('/readyz', url), { signal: AbortSignal.timeout(TIMEOUT_MS) })
    const body: unknown = await response.json()
    const { status, reported } = (body ?? {}) as { status?: unknown; reported?: Record<string, unknown> }
    if (typeof status !== 'string')
      throw new Error(`/readyz responded with ${response.status}, not with a state`)
    const cache = reported?.['cache']
    return { url, status, cache: typeof cache === 'string' ? cache : 'off', fault: null }
  } catch (error) {
    const fault = error instanceof Error ? causeOf(error) : String(error)
    return { url, status: null, cache: null, fault }
  }
}

/** `fetch` hides the reason in the cause. */
function causeOf({ message, cause }: Error): string {
  return cause instanceof Error ? cause.message || message : message
}
