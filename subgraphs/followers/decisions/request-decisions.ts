import type { Uuid } from '../../../contracts/ids.ts'
import type { RunningConsumer } from '../../../patterns/change-log/index.ts'
import type { Reader } from '../../../platform/postgres/database.ts'
import type { RequestBase } from '../../../service/graphql/subgraph-server.ts'
import { DECISIONS } from './decisions-consumer.ts'

/** The consumer of decisions. Null until the service runs. */
export type DecisionsConsumer = Pick<RunningConsumer, 'fresh' | 'until'> | null

/** The decisions, for one request. */
export type RequestDecisions = {
  /**
   * Waits until the decisions that the client has seen users make are applied. The wait happens once per request. The response
   * is marked stale if it takes too long, or if events of users are parked.
   */
  waitUntilFresh(): Promise<void>
  /** Waits, for a short time, until the request has ended, or is known to wait for a decision by hand. */
  waitUntilDecided(requestId: Uuid): Promise<void>
}

/** Maximum wait for decisions that the client has seen. Milliseconds. */
const FRESH_MS = 1_000
/**
 * Maximum wait for the decision of a new request, or for the news that it waits. It takes two ticks, some 20 ms. Milliseconds.
 */
const DECISION_MS = 250

/** All requests that wait share this statement. Otherwise each batch of decisions would cause one for each of them. */
const UNDECIDED = {
  name: 'undecided-requests',
  text: 'select id from follow_request where id = any($1::uuid[]) and not waits',
}

type Asking = Pick<RequestBase, 'token' | 'stale'> & { reader: Reader }

export function requestDecisions(
  consumer: DecisionsConsumer,
  { token, stale, reader }: Asking,
): RequestDecisions {
  const { source } = DECISIONS.name
  const written = token.find(([database]) => database === source)
  let waiting: Promise<void> | null = null

  async function wait(): Promise<void> {
    if (!written) return
    if (!(await consumer?.fresh(written, FRESH_MS))) stale(source)
  }
  return {
    waitUntilFresh: () => (waiting ??= wait()),
    async waitUntilDecided(requestId) {
      const isDecided = async () => (await reader.keyed('id').query(UNDECIDED, [[requestId]])).length === 0
      await consumer?.until(isDecided, DECISION_MS)
    },
  }
}
