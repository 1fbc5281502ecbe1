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
import type { HttpResponse, Transport } from './transport.ts'

/** Sends GraphQL to one subgraph. */
export type SubgraphClient = {
  readonly name: string
  readonly internal: boolean
  /** Whether clients see its errors as they are. */
  readonly includesErrors: boolean
  /**
   * The answer is the caller's own, to change at will, though a query may share its fetch with others that are the same.
   *
   * @param body a GraphQL request as JSON text
   * @param entities the same in parts, for a fetch of entities: it may then be sent together with others
   * @param numbers where numbers have to keep their digits
   * @param mutation repeating a mutation could do it twice: it gets one attempt, and is never given up
   * @throws SubgraphFault when there is no usable answer after the attempts it may make
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
  /** Null where no subgraph is internal. */
  signing: Signing | null
  resilience?: ResilienceOptions | undefined
  /** Shared by the clients of a gateway. @default one of its own */
  writes?: Writes
  /** @default its own */
  metrics?: SubgraphMetrics | undefined
  /** Monotonic, in milliseconds. @default performance.now */
  monotonic?: Clock
  /** For ids of traces. @default node's */
  randomBytes?: RandomBytes
}

/** An answer and the text it was read from, for those who share it. */
type Landed = {
  http: HttpResponse
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
      // Anew for each attempt: a signature may have grown old over the last one.
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

  /** Of mutations alone: queries whose headers differ could not share a fetch. */
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
      // What is asked twice at once is in the same batch: its askers shared the fetches before, and go on together.
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
  http: HttpResponse,
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

/** All who share the fetch get the same fault. It says which id the subgraph's log has. */
function fail(error: unknown, sentAs: string | undefined, metrics: SubgraphMetrics): never {
  if (error instanceof SubgraphFault) {
    error.sentAs = sentAs
    metrics.requests.add(error.kind)
  }
  throw error
}

/** Answers are changed by whoever gets them, so each gets one of its own. */
function take(landed: Landed): GraphQLResponse {
  const response = landed.response ?? readResponse(landed.http, landed.numbers)
  landed.response = null
  response.sentAs = landed.sentAs
  return response
}
