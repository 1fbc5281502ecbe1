import type { Clock } from '../clock.ts'
import { INTERNAL_HEADER, signInternal } from '../internal-auth.ts'

/**
 * Creates a function that sends a signed GET to another of our services. It resolves with the body of a 200 as a stream,
 * without a time limit. For another status, it rejects with an error that contains the URL, the status and the beginning of
 * the body.
 *
 * @param audience name of the service that receives the request
 */
export function internalStream({ secret, audience, clock }: StreamOptions) {
  return async (url: string, stop: AbortSignal): Promise<AsyncIterable<Uint8Array>> => {
    const headers = { [INTERNAL_HEADER]: signInternal(secret, null, audience, clock()) }
    const response = await fetch(url, { headers, signal: stop })
    if (response.status === 200 && response.body) return response.body
    throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`)
  }
}

type StreamOptions = { secret: string; audience: string; clock: Clock }
