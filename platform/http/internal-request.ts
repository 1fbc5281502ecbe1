import type { Clock } from '../clock.ts'
import { INTERNAL_HEADER, signInternal } from '../internal-auth.ts'

export type InternalSender = {
  secret: string
  /** Name of the service that receives the request. */
  audience: string
  clock: Clock
}

export type InternalInit = {
  method?: string
  body?: string
  headers?: Record<string, string>
  /** Cancels the request, which then rejects with the reason of the signal. */
  stop?: AbortSignal | undefined
  /** Maximum wait for the response. Milliseconds. @default none */
  timeoutMs?: number
}

/**
 * Sends a signed request to another of our services, and resolves with what `read` returns for a response with status 200.
 * For another status, it rejects with an error that contains the URL, the status and the beginning of the body. If there is
 * no complete response, the error contains the URL and the reason.
 */
export async function internalRequest<Result>(
  { secret, audience, clock }: InternalSender,
  url: string,
  { stop, timeoutMs, ...init }: InternalInit,
  read: (response: Response) => Result | Promise<Result>,
): Promise<Result> {
  const headers = { ...init.headers, [INTERNAL_HEADER]: signInternal(secret, null, audience, clock()) }
  const signals = [stop ?? [], timeoutMs === undefined ? [] : AbortSignal.timeout(timeoutMs)].flat()
  let refused: string
  try {
    const response = await fetch(url, { ...init, headers, signal: AbortSignal.any(signals) })
    if (response.status === 200) return await read(response)
    refused = `${url} responded with ${response.status}: ${(await response.text()).slice(0, 200)}`
  } catch (error) {
    throw named(url, error, stop)
  }
  throw new Error(refused)
}

/** Adds the URL to an error of `fetch`, which does not name it. The reason is often in the error's cause. */
export function named(url: string, error: unknown, stop?: AbortSignal): unknown {
  if (stop?.aborted) return error
  const reason = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const text = reason instanceof Error ? reason.message || reason.name : String(reason)
  return new Error(`${url} did not respond: ${text}`, { cause: error })
}
