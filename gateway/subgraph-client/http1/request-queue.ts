import type { QueuedRequest } from './queued-request.ts'

/** The requests that wait for a connection. Requests that are sent again come first, the others in the order of arrival. */
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

  /** The first request that is not settled. */
  peek(): QueuedRequest | null {
    for (; this.#first < this.#requests.length; this.#first++) {
      const request = this.#requests[this.#first]
      if (request && !request.settled) return request
    }
    this.#requests = []
    this.#first = 0
    return null
  }

  /** Removes the request that `peek` returned. */
  shift(): void {
    this.#first++
  }

  /** Calls `visit` for each request that is not settled. Removes settled requests. */
  forEach(visit: (request: QueuedRequest) => void): void {
    for (let i = this.#first; i < this.#requests.length; i++) {
      const request = this.#requests[i]
      if (request && !request.settled) visit(request)
    }
    this.#requests = this.#requests.slice(this.#first).filter(({ settled }) => !settled)
    this.#first = 0
  }
}
