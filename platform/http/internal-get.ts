import type { Clock } from '../clock.ts'
import { INTERNAL_HEADER, signInternal } from '../internal-auth.ts'

export type InternalOptions = {
  secret: string
  /** Name of the service that receives the request. */
  audience: string
  clock: Clock
  /** Maximum wait for a response. It includes the time that the server itself waits. Milliseconds. @default 60000 */
  timeoutMs?: number
}

/**
 * Creates a function that sends a signed GET to another of our services. It resolves with the body of a 200. For another
 * status, it rejects with an error that contains the URL, the status and the beginning of the body.
 */
export function internalGet(options: InternalOptions) {
  return async (url: string, stop?: AbortSignal): Promise<string> =>
    requireText(url, await ask(options, url, {}, stop))
}

/** Like `internalGet`, but sends JSON text by POST. */
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
