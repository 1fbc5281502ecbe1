/**
 * The reason why a subgraph returned no usable response. `unreachable` and `status` 502 to 504 are retried. A timeout is not
 * retried, because the subgraph may still work on the request. `overloaded` and `cancelled` are not faults of the subgraph. If
 * `overloaded`, too many requests wait for it in the gateway. If `cancelled`, the response is no longer needed.
 */
export type FaultKind =
  | 'unreachable'
  | 'timeout'
  | 'status'
  | 'protocol'
  | 'content-type'
  | 'body'
  | 'too-large'
  | 'open'
  | 'overloaded'
  | 'cancelled'

/** The kinds for which the request was certainly not sent. */
const UNSENT: ReadonlySet<FaultKind> = new Set(['open', 'overloaded'])

/** A failed subgraph request. Clients see `message`, so it contains no address and no text of the subgraph. */
export class SubgraphFault extends Error {
  override name = 'SubgraphFault'
  readonly kind: FaultKind
  readonly status: number | null
  /** The request id that was sent. If the fetch was shared, it is the id of the request that started the fetch. */
  sentAs: string | undefined

  constructor(kind: FaultKind, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.status = options.status ?? null
  }

  /** The request was certainly not sent. */
  get unsent(): boolean {
    return UNSENT.has(this.kind)
  }
}

export function unreachable(cause: unknown): SubgraphFault {
  return new SubgraphFault('unreachable', 'could not be reached', { cause })
}

export function timedOut(timeoutMs: number, cause?: unknown): SubgraphFault {
  return new SubgraphFault('timeout', `did not respond within ${timeoutMs} ms`, { cause })
}

export function tooLarge(limit: number, what = ''): SubgraphFault {
  return new SubgraphFault('too-large', `responded with more than ${limit} bytes${what && ` of ${what}`}`)
}

/** @param what the malformed part, for the log */
export function malformed(what: string, cause?: unknown): SubgraphFault {
  return new SubgraphFault('protocol', 'responded with malformed HTTP', {
    cause: cause ?? new Error(`malformed: ${what}`),
  })
}

/** @param encoding as the subgraph names it */
export function unknownEncoding(encoding: string): SubgraphFault {
  const name = encoding.replaceAll(/[^!#$%&'*+.^_`|~0-9a-z, -]/g, '?')
  return new SubgraphFault(
    'content-type',
    `responded with the content encoding "${name}", which is not supported`,
  )
}

export function corrupt(encoding: string, cause: unknown): SubgraphFault {
  return new SubgraphFault('body', `responded with a body that is not valid ${encoding}`, { cause })
}

export function overloaded(): SubgraphFault {
  return new SubgraphFault('overloaded', 'has too many waiting requests, so it was not asked')
}

export function cancelled(): SubgraphFault {
  return new SubgraphFault('cancelled', 'is no longer asked, because the client disconnected')
}

/** Whether another attempt can succeed. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof SubgraphFault)) return false
  return (
    error.kind === 'unreachable' || (error.kind === 'status' && [502, 503, 504].includes(error.status ?? 0))
  )
}

/**
 * Whether the fault may be caused by the content of the request, so that parts of it could succeed. Other faults are about
 * the subgraph. If it is overloaded (429, 502 to 504), it must not get more requests.
 */
export function concernsTheRequest(error: unknown): boolean {
  if (!(error instanceof SubgraphFault)) return false
  if (error.kind === 'status') return ![429, 502, 503, 504].includes(error.status ?? 0)
  return ['content-type', 'body', 'too-large', 'protocol'].includes(error.kind)
}

/** Whether the fault counts for the circuit breaker: it is about the subgraph, not the request. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof SubgraphFault)) return false
  const { kind, status } = error
  return kind === 'timeout' || kind === 'unreachable' || kind === 'protocol' || (status ?? 0) >= 500
}
