import type { QueuedRequest } from './queued-request.ts'

/** Requests in the order in which they came, for which there is no room on a connection yet. */
export class RequestQueue {
  #requests: QueuedRequest[] = []
  #first = 0

  get size(): number {
    return this.#requests.length - this.#first
  }

  add(request: QueuedRequest): void {
    this.#requests.push(request)
  }

  addFirst(requests: readonly QueuedRequest[]): void {
    this.#requests.splice(this.#first, 0, ...requests)
  }

  /** The first that still waits. */
  peek(): QueuedRequest | null {
    for (; this.#first < this.#requests.length; this.#first++) {
      const request = this.#requests[this.#first]
      if (request && !request.settled) return request
    }
    this.#requests = []
    this.#first = 0
    return null
  }

  /** Takes away the one that `peek` told of. */
  shift(): void {
    this.#first++
  }

  /** Goes through those that still wait; forgets the others. */
  forEach(visit: (request: QueuedRequest) => void): void {
    for (let i = this.#first; i < this.#requests.length; i++) {
      const request = this.#requests[i]
      if (request && !request.settled) visit(request)
    }
    this.#requests = this.#requests.slice(this.#first).filter(({ settled }) => !settled)
    this.#first = 0
  }
}
