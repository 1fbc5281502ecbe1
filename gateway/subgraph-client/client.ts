import { randomBytes as nodeRandomBytes } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import { REQUEST_ID_HEADER } from '../../platform/http/request-id.ts'
import type { NumberPlaces } from '../execution/number-places.ts'
import { readResponse, type GraphQLResponse } from './response.ts'
import type { Cancellation } from '../../platform/cancellation.ts'
import { SubgraphMetrics } from '../metrics/subgraph-metrics.ts'
import { createBatches, type EntityFetch } from './batch-entities.ts'
import { createFlights, type Writes } from './coalesce.ts'
import { concernsTheRequest, SubgraphFault } from './fault.ts'
import { requestHeaders, type Caller, type ClientHeaders, type Signing } from './headers.ts'
import { createResilience, type ResilienceOptions } from './resilience.ts'
import type { SubgraphTarget } from './target.ts'
import { traceOf, traceparentOf, type RandomBytes } from './trace.ts'
import type { SubgraphHttpResponse, Transport } from './transport.ts'

/** Sends GraphQL to one subgraph. */
export type SubgraphClient = {
  readonly name: string
  readonly internal: boolean
  /** Whether clients see its errors unmasked. */
  readonly includesErrors: boolean
  /**
   * The caller may change the response. Equal concurrent queries share one fetch.
   *
   * @param body a GraphQL request as JSON text
   * @param entities the parts of the body of a fetch of entities, which can be sent together with others
   * @param numbers where numbers must keep their digits
   * @param mutation a mutation is sent only once and never cancelled, because it could be executed twice
   * @throws SubgraphFault if there is no usable response after all attempts
   */
  request(
    body: string,
    mutation: boolean,
    caller: Caller,
    entities?: EntityFetch,
    numbers?: NumberPlaces,
  ): Promise<GraphQLResponse>
}

export type ClientOptions = {
  transport: Transport
  /** Per attempt, in milliseconds. */
  timeoutMs: number
  /** Null if no subgraph is internal. */
  signing: Signing | null
  resilience?: ResilienceOptions | undefined
  /** Shared by all clients of a gateway. @default not shared */
  writes?: Writes
  /** @default its own */
  metrics?: SubgraphMetrics | undefined
  /** Monotonic, in milliseconds. @default performance.now */
  monotonic?: Clock
  /** For ids of traces. @default node's */
  randomBytes?: RandomBytes
}

/** A response and its HTTP response, for the callers that share it. */
type Landed = {
  http: SubgraphHttpResponse
  numbers: NumberPlaces | undefined
  sentAs: string | undefined
  response: GraphQLResponse | null
}

export function createSubgraphClient(
  name: string,
  target: SubgraphTarget,
  options: ClientOptions,
): SubgraphClient {
  const {
    transport,
    timeoutMs,
    signing,
    writes = { ended: 0 },
    metrics = new SubgraphMetrics(),
    monotonic = () => performance.now(),
    randomBytes = nodeRandomBytes,
  } = options
  const { url } = target
  const internal = target.kind === 'internal'
  const pipelined = internal || target.pipelining === true
  const batching = internal || target.batching === true
  const resilience = createResilience(options.resilience, () => metrics.requests.add('open'))
  metrics.breakerState = resilience.breakerState
  const headersOf = requestHeaders(target, name, signing)
  const flights = createFlights<Landed>(writes, monotonic, () => metrics.shared.add('joined'))

  const batches = createBatches<Caller>(
    (caller, body, cancellation, numbers) => ask(body, true, caller, numbers, cancellation).then(take),
    concernsTheRequest,
    () => metrics.shared.add('batched'),
  )

  function ask(
    body: string,
    safe: boolean,
    caller: Caller,
    numbers: NumberPlaces | undefined,
    cancellation?: Cancellation,
  ): Promise<Landed> {
    return resilience.run(safe, (probing) => {
      // The headers are made for each attempt, because the signature can expire during the previous attempt.
      const headers = safe || !internal ? headersOf(caller) : tracedHeaders(caller)
      const began = monotonic()
      const until = probing ? undefined : cancellation
      const requestId = REQUEST_ID_HEADER in headers ? undefined : caller.requestId
      return transport
        .send({
          url,
          method: 'POST',
          headers,
          body,
          requestId,
          timeoutMs,
          safe,
          pipelined,
          cancellation: until,
        })
        .then(
          (http) => {
            const landed = land(http, numbers, requestId, metrics)
            metrics.duration.observe(monotonic() - began)
            return landed
          },
          (error: unknown) => {
            metrics.duration.observe(monotonic() - began)
            return fail(error, requestId, metrics)
          },
        )
    })
  }

  /** Headers with a trace. Only for mutations, because queries with different headers could not share a fetch. */
  function tracedHeaders(caller: Caller): ClientHeaders {
    const trace = (caller.trace ??= traceOf(caller.headers['traceparent'], randomBytes))
    return { ...headersOf(caller), traceparent: traceparentOf(trace, randomBytes) }
  }

  async function mutate(
    body: string,
    caller: Caller,
    numbers: NumberPlaces | undefined,
  ): Promise<GraphQLResponse> {
    try {
      return take(await ask(body, false, caller, numbers))
    } finally {
      writes.ended++
    }
  }

  return {
    name,
    internal,
    includesErrors: target.kind === 'external' && target.includeErrors === true,
    request(body, mutation, caller, entities, numbers) {
      if (mutation) return mutate(body, caller, numbers)
      const headers = headersOf(caller)
      // Equal concurrent fetches of entities share a batch, so they need no flight.
      if (entities && batching) return batches.ask(headers, entities, caller, numbers)
      return flights
        .join(headers, body, caller.cancellation, (cancellation) =>
          ask(body, true, caller, numbers, cancellation),
        )
        .then(take)
    },
  }
}

function land(
  http: SubgraphHttpResponse,
  numbers: NumberPlaces | undefined,
  sentAs: string | undefined,
  metrics: SubgraphMetrics,
): Landed {
  try {
    const response = readResponse(http, numbers)
    metrics.requests.add(response.errors.length === 0 ? 'success' : 'errors')
    return { http, numbers, sentAs, response }
  } catch (error) {
    return fail(error, sentAs, metrics)
  }
}

/** All callers that share the fetch get the same fault, with the request id of the subgraph's log. */
function fail(error: unknown, sentAs: string | undefined, metrics: SubgraphMetrics): never {
  if (error instanceof SubgraphFault) {
    error.sentAs = sentAs
    metrics.requests.add(error.kind)
  }
  throw error
}

/** Callers change responses, so each gets its own. The first gets the parsed response, and the others get new ones. */
function take(landed: Landed): GraphQLResponse {
  const response = landed.response ?? readResponse(landed.http, landed.numbers)
  landed.response = null
  response.sentAs = landed.sentAs
  return response
}
