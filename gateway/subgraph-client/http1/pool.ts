import type { Clock } from '../../../platform/clock.ts'
import type { Endpoint } from '../endpoint.ts'
import { overloaded, timedOut, unreachable } from '../fault.ts'
import type { PoolState } from '../transport.ts'
import { Connection, type ConnectionOwner } from './connection.ts'
import type { QueuedRequest } from './queued-request.ts'
import { RequestQueue } from './request-queue.ts'

export type PoolOptions = {
  /** The maximum number of connections to one origin. @default 64 */
  connections?: number
  /** The number of connections that are opened before queries share them. @default 8 */
  unshared?: number
  /** The maximum number of queries in progress on one connection. @default 8 */
  depth?: number
  /** The maximum number of requests that wait for a connection. @default 10000 */
  waiting?: number
}

/**
 * Limit of the queries behind a slow one that are sent again. Each sent request adds `MOVES_EACH` to it, up to `MOVES_SAVED`.
 * Without this limit, a subgraph that is slow because it is overloaded would get twice as many requests.
 */
const MOVES_EACH = 0.1
const MOVES_SAVED = 20

export type OriginOptions = PoolOptions & {
  endpoint: Endpoint
  /** Monotonic, in milliseconds. */
  clock: Clock
  /** The largest body of a response, in bytes. */
  maxResponseBytes: number
}

/** The connections to one origin. */
export class Pool implements ConnectionOwner {
  readonly #options: Required<OriginOptions>
  readonly #connections: Connection[] = []
  readonly #closing = new Set<Connection>()
  readonly #waiting = new RequestQueue()
  #onDrained: (() => void) | null = null
  #placing = false
  #moves = MOVES_SAVED

  constructor(options: OriginOptions) {
    this.#options = { connections: 64, unshared: 8, depth: 8, waiting: 10_000, ...options }
  }

  dispatch(request: QueuedRequest, now: number): void {
    if (this.#onDrained) request.fail(unreachable(new Error('the transport is closed')))
    else if (this.#waiting.size === 0 && this.#place(request, now)) return
    else if (this.#waiting.size >= this.#options.waiting) request.fail(overloaded())
    else {
      this.#waiting.add(request)
      this.onRoom()
    }
  }

  /** Called when the response to this request is no longer needed. */
  abandon(request: QueuedRequest): void {
    for (const connection of this.#connections.slice()) connection.abandon(request)
  }

  /**
   * Fails requests after their timeout.
   *
   * @returns whether any requests or connections are left
   */
  sweep(now: number): boolean {
    this.#waiting.forEach((request) => {
      if (request.deadline <= now) request.fail(timedOut(request.timeoutMs))
    })
    for (const connection of this.#connections.slice()) connection.sweep(now)
    this.onRoom()
    if (this.#onDrained) this.#drain(this.#onDrained)
    return this.#connections.length + this.#closing.size + this.#waiting.size > 0
  }

  /** Accepts no more requests. Calls `onClosed` when all requests have ended and all sockets are closed. */
  close(onClosed: () => void): void {
    this.#onDrained = onClosed
    this.#drain(onClosed)
  }

  state(): Omit<PoolState, 'origin'> {
    const active = this.#connections.reduce((sum, { depth }) => sum + depth, 0)
    return { open: this.#connections.length, active, queued: this.#waiting.size }
  }

  onRoom(): void {
    if (this.#waiting.size === 0 || this.#placing) return
    this.#placing = true
    const now = this.#options.clock()
    for (let next = this.#waiting.peek(); next && this.#place(next, now); next = this.#waiting.peek()) {
      this.#waiting.shift()
    }
    this.#placing = false
  }

  mayMove(count: number): boolean {
    const free = this.#options.connections - this.#connections.length
    if (count > Math.min(this.#moves, free)) return false
    this.#moves -= count
    return true
  }

  onAgain(requests: readonly QueuedRequest[]): void {
    for (const request of requests) request.again = true
    this.#waiting.addFirst(requests)
    this.onRoom()
  }

  onRetired(connection: Connection): void {
    const at = this.#connections.indexOf(connection)
    if (at >= 0) this.#connections.splice(at, 1)
    this.#closing.add(connection)
  }

  onClosed(connection: Connection): void {
    this.#closing.delete(connection)
  }

  #drain(onDrained: () => void): void {
    if (this.#waiting.size > 0 || this.#connections.some(({ depth }) => depth > 0)) return
    for (const connection of this.#connections.slice()) connection.retire()
    if (this.#closing.size === 0) onDrained()
  }

  #place(request: QueuedRequest, now: number): boolean {
    const connection = this.#choose(request, now)
    if (!connection) return false
    connection.send(request, now)
    this.#moves = Math.min(this.#moves + MOVES_EACH, MOVES_SAVED)
    return true
  }

  /** Order of preference: a connection about to write, an idle one, a new one up to `unshared`, a shared one, a new one. */
  #choose(request: QueuedRequest, now: number): Connection | null {
    const { unshared, depth } = this.#options
    if (request.again) return this.#open(now)
    let shared: Connection | null = null
    let idle: Connection | null = null
    for (let i = this.#connections.length - 1; i >= 0; i--) {
      const connection = this.#connections[i]
      if (!connection) continue
      if (connection.isGathering && !request.alone && connection.depth < depth) return connection
      if (connection.isIdle(now)) idle ??= connection
      if (connection.depth < (shared?.depth ?? depth) && connection.isShareable(now)) shared = connection
    }
    if (idle) return idle
    if (request.alone || this.#connections.length < unshared)
      return this.#open(now) ?? (request.alone ? null : shared)
    return shared ?? this.#open(now)
  }

  /** Opens a connection. At the limit, it replaces an idle one. Null if none is idle. */
  #open(now: number): Connection | null {
    if (this.#connections.length >= this.#options.connections) {
      const idle = this.#connections.find((connection) => connection.isIdle(now))
      if (!idle) return null
      idle.retire()
    }
    const connection = new Connection({ ...this.#options, owner: this })
    this.#connections.push(connection)
    return connection
  }
}
