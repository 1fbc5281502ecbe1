import type { Cancellation } from '../../../platform/cancellation.ts'
import type { SubgraphFault } from '../fault.ts'
import type { SubgraphHttpResponse } from '../transport.ts'

export type QueuedRequestOptions = {
  /** The request, one character for each byte. */
  text: string
  /** The request can be repeated. */
  safe: boolean
  /** The request can be sent on a connection behind other requests. */
  pipelined: boolean
  timeoutMs: number
  /** The time of its timeout, by the monotonic clock. */
  deadline: number
  resolve: (response: SubgraphHttpResponse) => void
  reject: (fault: SubgraphFault) => void
}

/** A request, with the callbacks for its response. */
export class QueuedRequest {
  readonly text: string
  readonly safe: boolean
  readonly #pipelined: boolean
  readonly timeoutMs: number
  readonly deadline: number
  /** The request is on a connection behind other requests. If it fails, they can be the cause. */
  behind = false
  /** The request is sent again, alone on a new connection, because the first connection broke or was slow. At most once. */
  again = false
  settled = false
  readonly #resolve: QueuedRequestOptions['resolve']
  readonly #reject: QueuedRequestOptions['reject']
  #unsubscribe: (() => void) | null = null

  constructor(options: QueuedRequestOptions) {
    this.text = options.text
    this.safe = options.safe
    this.#pipelined = options.safe && options.pipelined
    this.timeoutMs = options.timeoutMs
    this.deadline = options.deadline
    this.#resolve = options.resolve
    this.#reject = options.reject
  }

  /** Whether the request must not share a connection. */
  get alone(): boolean {
    return !this.#pipelined || this.again
  }

  /** Calls `callback` on cancellation, unless the request is already settled. */
  onCancel(cancellation: Cancellation, callback: () => void): void {
    this.#unsubscribe = cancellation.onCancel(callback)
  }

  succeed(response: SubgraphHttpResponse): void {
    if (this.#settle()) this.#resolve(response)
  }

  fail(fault: SubgraphFault): void {
    if (this.#settle()) this.#reject(fault)
  }

  #settle(): boolean {
    if (this.settled) return false
    this.settled = true
    this.#unsubscribe?.()
    return true
  }
}
