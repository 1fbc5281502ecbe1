import type { Clock } from '../clock.ts'
import { INTERNAL_HEADER, signInternal } from '../internal-auth.ts'

/**
 * A signed GET of another of our services whose answer is read as it comes, for as long as that takes. Resolves with the
 * body of a 200; rejects for everything else, naming the URL and what came instead.
 *
 * @param audience name of the service that is asked
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
