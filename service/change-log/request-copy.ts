import type { ConsumerName, RunningConsumer } from '../../patterns/change-log/index.ts'
import type { RequestBase } from '../graphql/request-base.ts'

/** A consumer that a request can wait for. Null until the service runs. */
export type AwaitedConsumer = Pick<RunningConsumer, 'fresh' | 'until'> | null

/** Maximum wait of a request for a consumer. Milliseconds. */
export const CONSUMER_WAIT_MS = 1_000

/**
 * Waits until a consumer has applied the client's writes, at most once per request. The response is marked stale if that
 * takes too long, or if events of the source are parked.
 */
export function untilFresh(
  { source }: ConsumerName,
  consumer: AwaitedConsumer,
  { token, stale }: Pick<RequestBase, 'token' | 'stale'>,
): () => Promise<void> {
  const written = token.find(([database]) => database === source)
  let waiting: Promise<void> | null = null

  async function wait(): Promise<void> {
    if (!written) return
    if (!(await consumer?.fresh(written, CONSUMER_WAIT_MS))) stale(source)
  }

  return () => (waiting ??= wait())
}
