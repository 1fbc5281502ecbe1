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
  #listeners: Set<() => void> | null = null

  onCancel(listener: () => void): () => void {
    if (this.cancelled) {
      listener()
      return () => {}
    }
    const listeners = (this.#listeners ??= new Set())
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  cancel(): void {
    if (this.cancelled) return
    this.cancelled = true
    for (const listener of this.#listeners ?? []) listener()
    this.#listeners = null
  }
}
