import type { Clock } from '../clock.ts'
import { INTERNAL_HEADER, signInternal } from '../internal-auth.ts'

export type InternalOptions = {
  secret: string
  /** Name of the service that is asked. */
  audience: string
  clock: Clock
  /** Longest wait for an answer, to which the server's own waiting belongs. Milliseconds. @default 60000 */
  timeoutMs?: number
}

/**
 * A signed GET of another of our services. Resolves with the body of a 200; rejects for everything else, naming the URL
 * and what came instead.
 */
export function internalGet(options: InternalOptions) {
  return async (url: string, stop?: AbortSignal): Promise<string> =>
    requireText(url, await ask(options, url, {}, stop))
}

/** The same with a body of JSON text, by POST. */
export function internalPost(options: InternalOptions) {
  return async (url: string, body: string, stop?: AbortSignal): Promise<string> => {
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } }
    return requireText(url, await ask(options, url, init, stop))
  }
}

type Init = { method?: string; body?: string; headers?: Record<string, string> }

function ask(
  { secret, audience, clock, timeoutMs = 60_000 }: InternalOptions,
  url: string,
  init: Init,
  stop?: AbortSignal,
): Promise<Response> {
  const late = AbortSignal.timeout(timeoutMs)
  return fetch(url, {
    ...init,
    headers: { ...init.headers, [INTERNAL_HEADER]: signInternal(secret, null, audience, clock()) },
    signal: stop ? AbortSignal.any([stop, late]) : late,
  })
}

async function requireText(url: string, response: Response): Promise<string> {
  const body = await response.text()
  if (response.status === 200) return body
  throw new Error(`${url} answered ${response.status}: ${body.slice(0, 200)}`)
}
