import { connect, type Socket } from 'node:net'
import type { Clock } from '../../../platform/clock.ts'
import type { Endpoint } from '../endpoint.ts'
import { decodeResponse } from '../decode-response.ts'
import { timedOut, unreachable, type SubgraphFault } from '../fault.ts'
import type { Head } from './head.ts'
import type { Pending } from './pending.ts'
import { ResponseParser, type AnswerReader } from './response-parser.ts'

/** Bytes taken from the network at a time. */
const READ_BUFFER = 65_536

/** A connection idle for longer is not used again, in milliseconds, unless the server says how long it keeps it. */
const IDLE_MS = 4_000
const MOST_IDLE_MS = 60_000
/** We give up an idle connection this much before the server says it does. */
const IDLE_MARGIN_MS = 1_000

/** Queries behind a request that takes longer, in milliseconds, go over another connection, and no more join them. */
const SLOW_MS = 25

export type ConnectionOwner = {
  /** An answer has ended: there is room for another request. */
  onRoom(): void
  /** Whether so many queries that wait behind a slow one may be sent again, though it is asked twice then. */
  mayMove(count: number): boolean
  /** These, or none, are to be sent again, over a connection of their own; there is room for others, too. */
  onAgain(pendings: readonly Pending[]): void
  /** It takes no more requests. `onAgain` follows. */
  onRetired(connection: Connection): void
  /** Its socket is closed. */
  onClosed(connection: Connection): void
}

export type ConnectionOptions = {
  endpoint: Endpoint
  owner: ConnectionOwner
  /** Monotonic, in milliseconds. */
  clock: Clock
  /** Largest body of an answer, in bytes. */
  limit: number
}

/**
 * One connection, and the requests that are under way on it, first in, first out. A request that must not be repeated, or
 * not be sent behind others, is alone on it. A query whose answer did not begin because the connection broke, one that had
 * worked before, or behind another query, is handed back to be sent again; each once at most.
 */
export class Connection implements AnswerReader {
  readonly #owner: ConnectionOwner
  readonly #clock: Clock
  readonly #limit: number
  readonly #socket: Socket
  readonly #parser: ResponseParser
  /** Null where nobody waits for the answer any more: it is passed over. */
  readonly #pendings: (Pending | null)[] = []
  /** How many of them, from the first on, were written. */
  #sent = 0
  #out = ''
  #flushing = false
  #connected = false
  #retired = false
  #alone = false
  #answers = 0
  #idleMs = IDLE_MS
  /** Since when it is idle, or the first waits for its answer as the first. */
  #since: number
  #error: unknown = new Error('the server closed the connection')

  constructor({ endpoint: { host, port }, owner, clock, limit }: ConnectionOptions) {
    this.#owner = owner
    this.#clock = clock
    this.#limit = limit
    this.#since = clock()
    this.#parser = new ResponseParser(this, limit)
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

  /** Requests whose answers have not come. */
  get depth(): number {
    return this.#pendings.length
  }

  isIdle(now: number): boolean {
    return !this.#retired && this.#connected && this.depth === 0 && now - this.#since <= this.#idleMs
  }

  /** Whether a query may be sent in the same write as others that wait for the end of this turn of the event loop. */
  get isGathering(): boolean {
    return this.#flushing && !this.#retired && !this.#alone && this.depth > 0
  }

  /** Whether a query may be sent behind those that are under way. */
  isShareable(now: number): boolean {
    return !this.#retired && !this.#alone && this.depth > 0 && now - this.#since <= SLOW_MS
  }

  /** Sends with all others of this turn of the event loop, whatever woke them, in one write. */
  send(pending: Pending, now: number): void {
    if (this.#pendings.length === 0) {
      this.#since = now
      this.#alone = pending.alone
    } else pending.behind = true
    this.#pendings.push(pending)
    this.#out += pending.text
    if (!this.#connected || this.#flushing) return
    this.#flushing = true
    setImmediate(flush, this)
  }

  flush(): void {
    this.#flushing = false
    if (this.#retired || this.#out === '') return
    this.#socket.write(this.#out, 'latin1')
    this.#out = ''
    this.#sent = this.#pendings.length
  }

  /** Nobody waits for this one any more. */
  abandon(pending: Pending): void {
    const at = this.#pendings.indexOf(pending)
    if (at >= 0) this.#pendings[at] = null
    this.#retireIfDeserted()
  }

  /** Lets go of what has waited too long, and of itself when it has been idle too long. */
  sweep(now: number): void {
    if (this.#retired) return
    if (this.depth === 0) {
      if (this.#connected && now - this.#since > this.#idleMs) this.retire()
      return
    }
    for (let i = 0; i < this.#pendings.length; i++) {
      const pending = this.#pendings[i]
      if (!pending || pending.deadline > now) continue
      this.#pendings[i] = null
      pending.fail(timedOut(pending.timeoutMs))
    }
    if (now - this.#since > SLOW_MS && this.depth > 1) this.#moveBehind()
    this.#retireIfDeserted()
  }

  /** Ends it now. Whoever still waits is answered by a fault, or handed back to be sent again. */
  retire(fault?: SubgraphFault): void {
    if (this.#retired) return
    this.#retired = true
    this.#parser.stop()
    this.#socket.destroy()
    const again: Pending[] = []
    for (const [i, pending] of this.#pendings.splice(0).entries()) {
      if (!pending) continue
      if (this.#mayGoAgain(pending, i)) again.push(pending)
      else pending.fail(fault ?? unreachable(this.#error))
    }
    this.#owner.onRetired(this)
    this.#owner.onAgain(again)
  }

  expectsAnswer(): boolean {
    return this.#sent > 0
  }

  onAnswer(head: Head, text: string): void {
    this.#pendings.shift()?.succeed({ status: head.status, contentType: head.contentType, text })
    this.#endAnswer(head)
  }

  onEncodedAnswer(head: Head, bytes: Buffer): void {
    const pending = this.#pendings.shift()
    const { status, contentType, encoding } = head
    if (pending && !pending.settled) {
      decodeResponse(bytes, encoding, this.#limit).then(
        (text) => pending.succeed({ status, contentType, text }),
        (fault: SubgraphFault) => pending.fail(fault),
      )
    }
    this.#endAnswer(head)
  }

  #endAnswer(head: Head): void {
    this.#sent--
    this.#answers++
    this.#since = this.#clock()
    if (head.idleMs !== null) {
      this.#idleMs = Math.min(Math.max(head.idleMs - IDLE_MARGIN_MS, 0), MOST_IDLE_MS)
    }
    // An answer before the end of its request: the rest of that one is still to come, and in the way.
    const early = this.depth === 0 && this.#socket.writableLength > 0
    if (!head.keepAlive || early) this.retire()
    else this.#owner.onRoom()
  }

  onFault(fault: SubgraphFault): void {
    const first = this.#pendings[0]
    if (fault.kind !== 'protocol' && this.#sent > 0) {
      first?.fail(fault)
      this.#pendings[0] = null
    }
    this.retire(fault)
  }

  /** What was not written was certainly not seen. */
  #mayGoAgain(pending: Pending, i: number): boolean {
    if (pending.again) return false
    if (i >= this.#sent) return this.#connected
    return pending.safe && (pending.behind || (this.#answers > 0 && !this.#parser.midAnswer))
  }

  /** Those behind the first, which is left alone. */
  #takeBehind(): Pending[] {
    const behind = this.#pendings.slice(1)
    this.#pendings.length = Math.max(this.#sent, 1)
    this.#pendings.fill(null, 1)
    this.#out = this.#sent === 0 ? (this.#pendings[0]?.text ?? '') : ''
    return behind.filter((pending) => pending !== null)
  }

  #moveBehind(): void {
    const behind = this.#pendings.filter((pending, i) => i > 0 && pending !== null)
    if (behind.length > 0 && this.#owner.mayMove(behind.length)) this.#owner.onAgain(this.#takeBehind())
  }

  #retireIfDeserted(): void {
    if (this.depth > 0 && this.#pendings.every((pending) => pending === null)) this.retire()
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
