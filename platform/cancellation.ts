/** Tells work in progress that nobody waits for it any more. Costs next to nothing while nobody listens. */
export type Cancellation = {
  readonly cancelled: boolean
  /** Calls `listener` once: when it is cancelled, or at once if it is already. Returns what takes the listener back. */
  onCancel(listener: () => void): () => void
}

export type Cancellable = Cancellation & {
  /** Tells every listener, once. */
  cancel(): void
}

export function createCancellation(): Cancellable {
  return new Source()
}

class Source implements Cancellable {
  cancelled = false
  /** Mostly there is one listener at a time, and then no need of a Set. */
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
