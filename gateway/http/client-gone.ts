import type { ServerResponse } from 'node:http'
import { createCancellation, type Cancellation } from '../../platform/cancellation.ts'

/** Cancelled when the client closes the connection before it has its answer. */
export function clientOf(response: ServerResponse): Cancellation {
  const cancellation = createCancellation()
  if (response.destroyed) cancellation.cancel()
  response.once('close', () => {
    if (!response.writableFinished) cancellation.cancel()
  })
  return cancellation
}
