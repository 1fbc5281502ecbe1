import type { Pending } from './pending.ts'

/** Requests in the order in which they came, for which there is no room on a connection yet. */
export class WaitingLine {
  #pendings: Pending[] = []
  #first = 0

  get size(): number {
    return this.#pendings.length - this.#first
  }

  add(pending: Pending): void {
    this.#pendings.push(pending)
  }

  addFirst(pendings: readonly Pending[]): void {
    this.#pendings.splice(this.#first, 0, ...pendings)
  }

  /** The first that still waits. */
  peek(): Pending | null {
    for (; this.#first < this.#pendings.length; this.#first++) {
      const pending = this.#pendings[this.#first]
      if (pending && !pending.settled) return pending
    }
    this.#pendings = []
    this.#first = 0
    return null
  }

  /** Takes away the one that `peek` told of. */
  shift(): void {
    this.#first++
  }

  /** Goes through those that still wait; forgets the others. */
  forEach(visit: (pending: Pending) => void): void {
    for (let i = this.#first; i < this.#pendings.length; i++) {
      const pending = this.#pendings[i]
      if (pending && !pending.settled) visit(pending)
    }
    this.#pendings = this.#pendings.slice(this.#first).filter(({ settled }) => !settled)
    this.#first = 0
  }
}
