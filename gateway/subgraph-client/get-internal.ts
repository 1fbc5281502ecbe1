import { createCancellation } from '../../platform/cancellation.ts'
import type { Clock } from '../../platform/clock.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'
import type { Transport } from './transport.ts'

/**
 * Sends a signed GET to a service and resolves with the body of a 200 response. Any other outcome is an error that names the
 * service, not the URL: `/readyz`, which is public, shows it.
 *
 * @param waitMs additional time that the server may take
 */
export type GetInternal = (
  service: string,
  url: string,
  waitMs: number,
  stop?: AbortSignal,
) => Promise<string>

export type GetInternalOptions = {
  transport: Transport
  secret: string
  clock: Clock
  /** Timeout for a response without additional time. Milliseconds. */
  timeoutMs: number
}

export function internalGet({ transport, secret, clock, timeoutMs }: GetInternalOptions): GetInternal {
  return async (service, url, waitMs, stop) => {
    const cancellation = createCancellation()
    const cancel = () => cancellation.cancel()
    stop?.addEventListener('abort', cancel)
    try {
      const headers = { accept: '*/*', [INTERNAL_HEADER]: signInternal(secret, null, service, clock()) }
      const call = { url, method: 'GET', headers, timeoutMs: timeoutMs + waitMs, cancellation } as const
      const { status, text } = await transport.send(call)
      if (status !== 200) throw new Error(`responded with HTTP status ${status}`)
      return text
    } catch (error) {
      throw new Error(`the ${service} service ${(error as Error).message}`, { cause: error })
    } finally {
      stop?.removeEventListener('abort', cancel)
    }
  }
}
