import { setTimeout as delay } from 'node:timers/promises'

/** Returns the reason why something is not ready yet, or null if it is ready. Never rejects. */
export type Probe = () => Promise<string | null>

/** Interval between two probes. Milliseconds. */
const INTERVAL_MS = 40

export type Readiness = { kind: 'ready' } | { kind: 'gone' } | { kind: 'late'; reason: string }

/** Repeats the probe until it succeeds, the process has exited (`gone` aborts), or the deadline has passed. */
export async function untilReady(probe: Probe, gone: AbortSignal, deadlineMs: number): Promise<Readiness> {
  const deadline = AbortSignal.timeout(deadlineMs)
  for (;;) {
    const reason = await probe()
    if (gone.aborted) return { kind: 'gone' }
    if (reason === null) return { kind: 'ready' }
    if (deadline.aborted) return { kind: 'late', reason }
    await delay(INTERVAL_MS)
  }
}

/** A probe of `GET /readyz`: status 200 means ready. Otherwise the reason is the status and the body. */
export function httpProbe(url: string): Probe {
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(3_000) })
      const body = await response.text()
      return response.ok ? null : `${url} responds with ${response.status}: ${body.slice(0, 500)}`
    } catch (error) {
      return `${url} does not respond (${error instanceof Error ? rootMessage(error) : String(error)})`
    }
  }
}

/** The message `fetch failed` gives no reason; its cause does. */
function rootMessage(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message
}
