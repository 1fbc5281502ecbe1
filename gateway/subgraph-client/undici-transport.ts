import { errors, Pool, type Dispatcher } from 'undici'
import { REQUEST_ID_HEADER } from '../../platform/http/request-id.ts'
import { cancelled, malformed, timedOut, tooLarge, unreachable, type SubgraphFault } from './fault.ts'
import { decodeResponse, decodeText } from './decode-response.ts'
import { credentialsOf, endpoints } from './endpoint.ts'
import type { SubgraphHttpResponse, HttpCall, Transport } from './transport.ts'

/** The maximum number of connections to one origin. */
const CONNECTIONS = 64

export type UndiciOptions = {
  /** The largest body of a response, in bytes. */
  maxResponseBytes: number
  /** CA certificates to trust instead of the well-known ones. */
  ca?: string
}

/** HTTP/1.1, and HTTP/2 if the server offers it, with and without TLS. Disposing waits for requests in progress. */
export function createUndiciTransport({ maxResponseBytes, ca }: UndiciOptions): Transport {
  const endpointOf = endpoints()
  const pools = new Map<string, Pool>()

  function poolOf(origin: string): Pool {
    const known = pools.get(origin)
    if (known) return known
    const connect = { preferH2: true, ...(ca !== undefined && { ca }) }
    // The timeout for the whole response is below.
    const timeouts = { headersTimeout: 0, bodyTimeout: 0 }
    const pool = new Pool(origin, { connections: CONNECTIONS, allowH2: true, connect, ...timeouts })
    pools.set(origin, pool)
    return pool
  }

  return {
    send(call) {
      return new Promise((resolve, reject) => {
        const endpoint = endpointOf(call.url)
        const credentials = credentialsOf(endpoint, call.headers)
        const headers = {
          ...call.headers,
          ...(call.requestId !== undefined && { [REQUEST_ID_HEADER]: call.requestId }),
          ...(credentials !== null && { authorization: credentials }),
        }
        const { method, body = null, safe = method === 'GET' } = call
        const reader = new ResponseReader(call, safe, maxResponseBytes, resolve, reject)
        if (!reader.done) {
          poolOf(endpoint.origin).dispatch(
            { path: endpoint.path, method, headers, body, idempotent: false },
            reader,
          )
        }
      })
    },
    pools: () =>
      [...pools].map(([origin, { stats }]) => ({
        origin,
        open: stats.connected,
        active: stats.running,
        queued: stats.queued,
      })),
    async [Symbol.asyncDispose]() {
      await Promise.all([...pools.values()].filter(({ closed }) => !closed).map((pool) => pool.close()))
    },
  }
}

class ResponseReader implements Dispatcher.DispatchHandler {
  done = false
  readonly #maxResponseBytes: number
  readonly #resolve: (response: SubgraphHttpResponse) => void
  readonly #reject: (error: unknown) => void
  readonly #timer: NodeJS.Timeout
  readonly #chunks: Buffer[] = []
  #unsubscribe: (() => void) | null = null
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #contentType = ''
  #encoding = ''
  #size = 0

  constructor(
    { timeoutMs, cancellation }: HttpCall,
    safe: boolean,
    maxResponseBytes: number,
    resolve: (response: SubgraphHttpResponse) => void,
    reject: (error: unknown) => void,
  ) {
    this.#maxResponseBytes = maxResponseBytes
    this.#resolve = resolve
    this.#reject = reject
    this.#timer = setTimeout(() => this.#giveUp(timedOut(timeoutMs)), timeoutMs)
    if (safe && cancellation) this.#unsubscribe = cancellation.onCancel(() => this.#giveUp(cancelled()))
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.done) abortLater(controller, cancelled())
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#status = status
    this.#contentType = [headers['content-type'] ?? ''].flat().join(', ')
    const encoding = [headers['content-encoding'] ?? ''].flat().join(', ')
    this.#encoding = encoding.toLowerCase() === 'identity' ? '' : encoding
    if (Number(headers['content-length'] ?? 0) > this.#maxResponseBytes)
      this.#giveUp(tooLarge(this.#maxResponseBytes))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    this.#chunks.push(chunk)
    if (this.#size > this.#maxResponseBytes) this.#giveUp(tooLarge(this.#maxResponseBytes))
  }

  onResponseEnd(): void {
    if (!this.#settle()) return
    const [first = Buffer.alloc(0)] = this.#chunks
    const bytes = this.#chunks.length > 1 ? Buffer.concat(this.#chunks, this.#size) : first
    const status = this.#status
    const contentType = this.#contentType
    if (this.#encoding === '') {
      return this.#resolve({ status, contentType, text: decodeText(bytes, 0, bytes.length) })
    }
    decodeResponse(bytes, this.#encoding, this.#maxResponseBytes).then(
      (text) => this.#resolve({ status, contentType, text }),
      this.#reject,
    )
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#settle()) this.#reject(toFault(error))
  }

  #giveUp(fault: SubgraphFault): void {
    if (!this.#settle()) return
    this.#reject(fault)
    if (this.#controller) abortLater(this.#controller, fault)
  }

  #settle(): boolean {
    if (this.done) return false
    this.done = true
    clearTimeout(this.#timer)
    this.#unsubscribe?.()
    return true
  }
}

/**
 * undici 8.12.4 loops forever if an HTTP/2 request is aborted in the turn of the event loop in which it started, while
 * other requests are in progress.
 */
function abortLater(controller: Dispatcher.DispatchController, reason: Error): void {
  setImmediate(() => controller.abort(reason))
}

function toFault(error: Error): SubgraphFault {
  if (error instanceof errors.HeadersOverflowError) return tooLarge(16_384, 'headers')
  if (error instanceof errors.HTTPParserError || error instanceof errors.ResponseContentLengthMismatchError) {
    return malformed(error.message, error)
  }
  return unreachable(error)
}
