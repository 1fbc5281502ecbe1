/** Signals that the result of work in progress is no longer needed. Without listeners it costs almost nothing. */
export type Cancellation = {
  readonly cancelled: boolean
  /**
   * Calls `listener` once: on cancellation, or immediately if already cancelled.
   *
   * @returns a function that removes the listener
   */
  onCancel(listener: () => void): () => void
}

export type Cancellable = Cancellation & {
  /** Calls each listener. Further calls have no effect. */
  cancel(): void
}

export function createCancellation(): Cancellable {
  return new Source()
}

class Source implements Cancellable {
  cancelled = false
  /** The first listener. Usually it is the only one, so no Set is needed. */
  #listener: (() => void) | null = null
  #others: Set<() => void> | null = null

  onCancel(listener: () => void): () => void {
    if (this.cancelled) {
      listener()
      return nothing
    }
    if (this.#listener === null) {
      this.#listener = listener
      return () => {
        if (this.#listener === listener) this.#listener = null
      }
    }
    const others = (this.#others ??= new Set())
    others.add(listener)
    return () => others.delete(listener)
  }

  cancel(): void {
    if (this.cancelled) return
    this.cancelled = true
    this.#listener?.()
    for (const listener of this.#others ?? []) listener()
    this.#listener = null
    this.#others = null
  }
}

function nothing(): void {}
