import { internalRequest, named, type InternalSender } from './internal-request.ts'

/**
 * Creates a function that sends a signed GET to another of our services. It resolves with the body of a 200 as a stream,
 * without a time limit.
 */
export function internalStream(sender: InternalSender) {
  return async (url: string, stop: AbortSignal): Promise<AsyncIterable<Uint8Array>> =>
    internalRequest(sender, url, { stop }, ({ body }) => chunksOf(url, body ?? [], stop))
}

async function* chunksOf(
  url: string,
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    throw named(url, error, stop)
  }
}
