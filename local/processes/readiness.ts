import { setTimeout as delay } from 'node:timers/promises'

/** Says why something is not ready yet, or null when it is. Never rejects. */
export type Probe = () => Promise<string | null>

/** Between two looks at something that is starting. Milliseconds. */
const INTERVAL_MS = 40

export type Readiness = { kind: 'ready' } | { kind: 'gone' } | { kind: 'late'; reason: string }

/** Asks the probe until it is content, the process is gone (`gone` aborts), or the deadline has passed. */
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

/** A probe of `GET /readyz`: 200 is ready; anything else is told by its status and body. */
export function httpProbe(url: string): Probe {
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(3_000) })
      const body = await response.text()
      return response.ok ? null : `${url} answers ${response.status}: ${body.slice(0, 500)}`
    } catch (error) {
      return `${url} does not answer (${error instanceof Error ? rootMessage(error) : String(error)})`
    }
  }
}

/** `fetch failed` says nothing; its cause does. */
function rootMessage(error: Error): string {
  return error.cause instanceof Error ? error.cause.message || error.cause.name : error.message
}
