import type { Cancellation } from '../../../platform/cancellation.ts'
import type { SubgraphFault } from '../fault.ts'
import type { HttpResponse } from '../transport.ts'

export type PendingOptions = {
  /** The request's bytes, one character for each. */
  text: string
  /** It may be asked twice. */
  safe: boolean
  /** It may be sent behind others. */
  pipelined: boolean
  timeoutMs: number
  /** When it times out, by the monotonic clock. */
  deadline: number
  resolve: (response: HttpResponse) => void
  reject: (fault: SubgraphFault) => void
}

/** A request and whoever waits for its answer. */
export class QueuedRequest {
  readonly text: string
  readonly safe: boolean
  readonly #pipelined: boolean
  readonly timeoutMs: number
  readonly deadline: number
  /** It was sent behind others: what became of it may be their doing. */
  behind = false
  /** It is for a new connection, alone, because the first one broke or was slow. There is no third. */
  again = false
  settled = false
  readonly #resolve: PendingOptions['resolve']
  readonly #reject: PendingOptions['reject']
  #forget: (() => void) | null = null

  constructor(options: PendingOptions) {
    this.text = options.text
    this.safe = options.safe
    this.#pipelined = options.safe && options.pipelined
    this.timeoutMs = options.timeoutMs
    this.deadline = options.deadline
    this.#resolve = options.resolve
    this.#reject = options.reject
  }

  /** It must have a connection for itself. */
  get alone(): boolean {
    return !this.#pipelined || this.again
  }

  /** Gives up when told so, unless it is settled by then. */
  obey(cancellation: Cancellation, giveUp: () => void): void {
    this.#forget = cancellation.onCancel(giveUp)
  }

  succeed(response: HttpResponse): void {
    if (this.#settle()) this.#resolve(response)
  }

  fail(fault: SubgraphFault): void {
    if (this.#settle()) this.#reject(fault)
  }

  #settle(): boolean {
    if (this.settled) return false
    this.settled = true
    this.#forget?.()
    return true
  }
}
