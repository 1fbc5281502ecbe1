/**
 * Why a subgraph gave no usable answer. `unreachable` and `status` 502 to 504 are worth another attempt; a timeout is
 * not, because the subgraph may still be at work on the first. `overloaded` and `cancelled` are none of its doing: too
 * many requests wait for it here, or nobody waits for this one any more.
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

/** Kinds that say for certain that the request never left. */
const UNSENT: ReadonlySet<FaultKind> = new Set(['open', 'overloaded'])

/** A subgraph's failure. `message` names neither its address nor anything it said: it may be shown to clients. */
export class SubgraphFault extends Error {
  override name = 'SubgraphFault'
  readonly kind: FaultKind
  readonly status: number | null
  /** The id under which the request was sent. It is another request's if that one's fetch was shared. */
  sentAs: string | undefined

  constructor(kind: FaultKind, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.status = options.status ?? null
  }

  /** The subgraph certainly saw nothing of it. */
  get unsent(): boolean {
    return UNSENT.has(this.kind)
  }
}

export function unreachable(cause: unknown): SubgraphFault {
  return new SubgraphFault('unreachable', 'could not be reached', { cause })
}

export function timedOut(timeoutMs: number, cause?: unknown): SubgraphFault {
  return new SubgraphFault('timeout', `did not answer within ${timeoutMs} ms`, { cause })
}

export function tooLarge(limit: number, what = ''): SubgraphFault {
  return new SubgraphFault('too-large', `answered with more than ${limit} bytes${what && ` of ${what}`}`)
}

/** @param what is wrong with it, for the log */
export function malformed(what: string, cause?: unknown): SubgraphFault {
  return new SubgraphFault('protocol', 'answered with malformed HTTP', {
    cause: cause ?? new Error(`malformed: ${what}`),
  })
}

/** @param encoding as the subgraph names it */
export function unknownEncoding(encoding: string): SubgraphFault {
  const name = encoding.replaceAll(/[^!#$%&'*+.^_`|~0-9a-z, -]/g, '?')
  return new SubgraphFault(
    'content-type',
    `answered with the content encoding "${name}", which is not supported`,
  )
}

export function corrupt(encoding: string, cause: unknown): SubgraphFault {
  return new SubgraphFault('body', `answered with a body that is not valid ${encoding}`, { cause })
}

export function overloaded(): SubgraphFault {
  return new SubgraphFault('overloaded', 'is not being asked, because too many requests wait for it')
}

export function cancelled(): SubgraphFault {
  return new SubgraphFault('cancelled', 'is not asked any more, because the client has gone away')
}

/** Another attempt may succeed, and the first certainly came to nothing that a query could harm. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof SubgraphFault)) return false
  return (
    error.kind === 'unreachable' || (error.kind === 'status' && [502, 503, 504].includes(error.status ?? 0))
  )
}

/**
 * May be about what was asked for, half of which may fare better. The others are about the subgraph, also when it says that
 * it has too much to do (429, 502 to 504): it is not to be given more.
 */
export function concernsTheRequest(error: unknown): boolean {
  if (!(error instanceof SubgraphFault)) return false
  if (error.kind === 'status') return ![429, 502, 503, 504].includes(error.status ?? 0)
  return ['content-type', 'body', 'too-large', 'protocol'].includes(error.kind)
}

/** Counts towards opening the breaker: the subgraph is in trouble, not the request. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof SubgraphFault)) return false
  const { kind, status } = error
  return kind === 'timeout' || kind === 'unreachable' || kind === 'protocol' || (status ?? 0) >= 500
}
