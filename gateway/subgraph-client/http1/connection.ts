import { connect, type Socket } from 'node:net'
import type { Clock } from '../../../platform/clock.ts'
import type { Endpoint } from '../endpoint.ts'
import { decodeResponse } from '../decode-response.ts'
import { timedOut, unreachable, type SubgraphFault } from '../fault.ts'
import type { Head } from './head.ts'
import type { QueuedRequest } from './queued-request.ts'
import { ResponseParser, type ResponseReader } from './response-parser.ts'

/** The size of the read buffer in bytes. */
const READ_BUFFER = 65_536

/** Maximum idle time of a connection that is reused, unless the server sent a keep-alive timeout. Milliseconds. */
const IDLE_MS = 4_000
const MAX_IDLE_MS = 60_000
/** An idle connection is closed this long before the server's keep-alive timeout. */
const IDLE_MARGIN_MS = 1_000

/** If a request takes longer, queries behind it move to other connections, and no more are added. Milliseconds. */
const SLOW_MS = 25

export type ConnectionOwner = {
  /** Called when a response has ended, so another request can be sent. */
  onRoom(): void
  /** Whether `count` queries behind a slow one may be sent again. The subgraph then gets them twice. */
  mayMove(count: number): boolean
  /** Sends these requests again, each over its own connection. The list can be empty. Other requests can be sent, too. */
  onAgain(requests: readonly QueuedRequest[]): void
  /** Called when the connection accepts no more requests. `onAgain` is called next. */
  onRetired(connection: Connection): void
  /** Called when the socket is closed. */
  onClosed(connection: Connection): void
}

export type ConnectionOptions = {
  endpoint: Endpoint
  owner: ConnectionOwner
  /** Monotonic, in milliseconds. */
  clock: Clock
  /** The largest body of a response, in bytes. */
  maxResponseBytes: number
}

/**
 * One connection with its requests, first in, first out. A request that must not be repeated or pipelined does not share its
 * connection. If the connection breaks, a query whose response has not begun is sent again if the connection worked before, or
 * if the query was behind another one. A query is sent again at most once.
 */
export class Connection implements ResponseReader {
  readonly #owner: ConnectionOwner
  readonly #clock: Clock
  readonly #maxResponseBytes: number
  readonly #socket: Socket
  readonly #parser: ResponseParser
  /** An item is null if its response is no longer needed. The response is then skipped. */
  readonly #requests: (QueuedRequest | null)[] = []
  /** The number of requests that were written, counted from the first one. */
  #sent = 0
  #out = ''
  #flushing = false
  #connected = false
  #retired = false
  #alone = false
  #answers = 0
  #idleMs = IDLE_MS
  /** The time when the connection became idle, or when its first request became the first. */
  #since: number
  #error: unknown = new Error('the server closed the connection')

  constructor({ endpoint: { host, port }, owner, clock, maxResponseBytes }: ConnectionOptions) {
    this.#owner = owner
    this.#clock = clock
    this.#maxResponseBytes = maxResponseBytes
    this.#since = clock()
    this.#parser = new ResponseParser(this, maxResponseBytes)
    const buffer = Buffer.allocUnsafeSlow(READ_BUFFER)
    const onread = {
      buffer,
      callback: (size: number) => {
        this.#parser.read(buffer, size)
        return true
      },
    }
    this.#socket = connect({ host, port, noDelay: true, keepAlive: true, onread })
      .on('connect', () => this.#onConnect())
      .on('error', (error) => (this.#error = error))
      .on('end', () => this.#onEnd())
      .on('close', () => this.#onClose())
  }

  /** The number of requests without a complete response. */
  get depth(): number {
    return this.#requests.length
  }

  isIdle(now: number): boolean {
    return !this.#retired && this.#connected && this.depth === 0 && now - this.#since <= this.#idleMs
  }

  /** Whether a query can be sent in the same write as others at the end of this turn of the event loop. */
  get isGathering(): boolean {
    return this.#flushing && !this.#retired && !this.#alone && this.depth > 0
  }

  /** Whether a query can be sent behind the requests in progress. */
  isShareable(now: number): boolean {
    return !this.#retired && !this.#alone && this.depth > 0 && now - this.#since <= SLOW_MS
  }

  /** Sends the request in one write with all other requests of this turn of the event loop. */
  send(request: QueuedRequest, now: number): void {
    if (this.#requests.length === 0) {
      this.#since = now
      this.#alone = request.alone
    } else request.behind = true
    this.#requests.push(request)
    this.#out += request.text
    if (!this.#connected || this.#flushing) return
    this.#flushing = true
    setImmediate(flush, this)
  }

  flush(): void {
    this.#flushing = false
    if (this.#retired || this.#out === '') return
    this.#socket.write(this.#out, 'latin1')
    this.#out = ''
    this.#sent = this.#requests.length
  }

  /** Called when the response to this request is no longer needed. */
  abandon(request: QueuedRequest): void {
    const at = this.#requests.indexOf(request)
    if (at >= 0) this.#requests[at] = null
    this.#retireIfAbandoned()
  }

  /** Fails requests after their timeout. Retires the connection if it was idle for too long. */
  sweep(now: number): void {
    if (this.#retired) return
    if (this.depth === 0) {
      if (this.#connected && now - this.#since > this.#idleMs) this.retire()
      return
    }
    for (let i = 0; i < this.#requests.length; i++) {
      const request = this.#requests[i]
      if (!request || request.deadline > now) continue
      this.#requests[i] = null
      request.fail(timedOut(request.timeoutMs))
    }
    if (now - this.#since > SLOW_MS && this.depth > 1) this.#moveBehind()
    this.#retireIfAbandoned()
  }

  /** Closes the connection now. Its requests fail, or are sent again. */
  retire(fault?: SubgraphFault): void {
    if (this.#retired) return
    this.#retired = true
    this.#parser.stop()
    this.#socket.destroy()
    const again: QueuedRequest[] = []
    for (const [i, request] of this.#requests.splice(0).entries()) {
      if (!request) continue
      if (this.#mayGoAgain(request, i)) again.push(request)
      else request.fail(fault ?? unreachable(this.#error))
    }
    this.#owner.onRetired(this)
    this.#owner.onAgain(again)
  }

  expectsResponse(): boolean {
    return this.#sent > 0
  }

  onResponse(head: Head, text: string): void {
    this.#requests.shift()?.succeed({ status: head.status, contentType: head.contentType, text })
    this.#endResponse(head)
  }

  onEncodedResponse(head: Head, bytes: Buffer): void {
    const request = this.#requests.shift()
    const { status, contentType, encoding } = head
    if (request && !request.settled) {
      decodeResponse(bytes, encoding, this.#maxResponseBytes).then(
        (text) => request.succeed({ status, contentType, text }),
        (fault: SubgraphFault) => request.fail(fault),
      )
    }
    this.#endResponse(head)
  }

  #endResponse(head: Head): void {
    this.#sent--
    this.#answers++
    this.#since = this.#clock()
    if (head.idleMs !== null) {
      this.#idleMs = Math.min(Math.max(head.idleMs - IDLE_MARGIN_MS, 0), MAX_IDLE_MS)
    }
    // The response came before its request was written completely. The rest of this request would be sent before the next one.
    const early = this.depth === 0 && this.#socket.writableLength > 0
    if (!head.keepAlive || early) this.retire()
    else this.#owner.onRoom()
  }

  onFault(fault: SubgraphFault): void {
    const first = this.#requests[0]
    if (fault.kind !== 'protocol' && this.#sent > 0) {
      first?.fail(fault)
      this.#requests[0] = null
    }
    this.retire(fault)
  }

  /** Whether a request may be sent again. The server has certainly not seen a request that was not written. */
  #mayGoAgain(request: QueuedRequest, i: number): boolean {
    if (request.again) return false
    if (i >= this.#sent) return this.#connected
    return request.safe && (request.behind || (this.#answers > 0 && !this.#parser.midResponse))
  }

  /** Removes the requests behind the first. */
  #takeBehind(): QueuedRequest[] {
    const behind = this.#requests.slice(1)
    this.#requests.length = Math.max(this.#sent, 1)
    this.#requests.fill(null, 1)
    this.#out = this.#sent === 0 ? (this.#requests[0]?.text ?? '') : ''
    return behind.filter((request) => request !== null)
  }

  #moveBehind(): void {
    const behind = this.#requests.filter((request, i) => i > 0 && request !== null)
    if (behind.length > 0 && this.#owner.mayMove(behind.length)) this.#owner.onAgain(this.#takeBehind())
  }

  #retireIfAbandoned(): void {
    if (this.depth > 0 && this.#requests.every((request) => request === null)) this.retire()
  }

  #onConnect(): void {
    this.#connected = true
    this.flush()
  }

  #onEnd(): void {
    if (!this.#parser.end()) this.retire()
  }

  #onClose(): void {
    this.retire()
    this.#owner.onClosed(this)
  }
}

function flush(connection: Connection): void {
  connection.flush()
}
