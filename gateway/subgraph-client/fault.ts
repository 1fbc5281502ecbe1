/**
 * Why a subgraph gave no usable answer. `unreachable` and `status` 502 to 504 are worth another attempt; a timeout is
 * not, because the subgraph may still be at work on the first.
 */
export type FaultKind = 'unreachable' | 'timeout' | 'status' | 'content-type' | 'body' | 'too-large' | 'open'

/** A subgraph's failure. `message` names neither its address nor anything it said: it may be shown to clients. */
export class SubgraphFault extends Error {
  override name = 'SubgraphFault'
  readonly kind: FaultKind
  readonly status: number | null

  constructor(kind: FaultKind, message: string, options: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.status = options.status ?? null
  }
}

/** Another attempt may succeed, and the first certainly came to nothing that a query could harm. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof SubgraphFault)) return false
  return (
    error.kind === 'unreachable' || (error.kind === 'status' && [502, 503, 504].includes(error.status ?? 0))
  )
}

/** Counts towards opening the breaker: the subgraph is in trouble, not the request. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof SubgraphFault)) return false
  return error.kind === 'timeout' || error.kind === 'unreachable' || (error.status ?? 0) >= 500
}
