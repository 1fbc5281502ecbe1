import type { Clock } from '../../../platform/clock.ts'
import { cancelled } from '../fault.ts'
import { endpoints, type Endpoint } from '../endpoint.ts'
import type { SubgraphHttpResponse, HttpCall, Transport } from '../transport.ts'
import { QueuedRequest } from './queued-request.ts'
import { Pool, type PoolOptions } from './pool.ts'
import { requestText } from './request-text.ts'

/** Interval between checks for timeouts, in milliseconds. */
const SWEEP_MS = 10

export type Http1Options = PoolOptions & {
  /** The largest body of a response, in bytes. */
  maxResponseBytes: number
  /** Monotonic, in milliseconds. @default performance.now */
  clock?: Clock
}

/**
 * HTTP/1.1 without TLS, over sockets. Requests queued on a connection in one event-loop turn are written together. One timer
 * checks the timeouts of all requests. Responses with ambiguous framing are rejected. Disposing waits for requests in
 * progress.
 */
export function createHttp1Transport({
  maxResponseBytes,
  clock = () => performance.now(),
  ...options
}: Http1Options): Transport {
  const endpointOf = endpoints()
  const pools = new Map<string, Pool>()
  let timer: NodeJS.Timeout | null = null
  let swept = 0
  let skippedLast = false

  function poolOf(endpoint: Endpoint): Pool {
    const known = pools.get(endpoint.origin)
    if (known) return known
    const pool = new Pool({ ...options, endpoint, clock, maxResponseBytes })
    pools.set(endpoint.origin, pool)
    return pool
  }

  /** Checks timeouts. After the event loop was blocked, one check is skipped, so that responses that arrived are read first. */
  function sweep(): void {
    const now = clock()
    skippedLast = !skippedLast && now - swept > SWEEP_MS * 5
    swept = now
    if (skippedLast) return
    let busy = false
    for (const pool of pools.values()) busy = pool.sweep(now) || busy
    if (busy || !timer) return
    clearInterval(timer)
    timer = null
  }

  function startSweeping(now: number): void {
    swept = now
    timer = setInterval(sweep, SWEEP_MS).unref()
  }

  function send(call: HttpCall): Promise<SubgraphHttpResponse> {
    return new Promise((resolve, reject) => {
      const { timeoutMs, safe = call.method === 'GET', pipelined = false, cancellation } = call
      const endpoint = endpointOf(call.url)
      const pool = poolOf(endpoint)
      const now = clock()
      const text = requestText(endpoint, call)
      const request = new QueuedRequest({
        text,
        safe,
        pipelined,
        timeoutMs,
        deadline: now + timeoutMs,
        resolve,
        reject,
      })
      if (safe && cancellation) {
        if (cancellation.cancelled) return request.fail(cancelled())
        request.onCancel(cancellation, () => {
          request.fail(cancelled())
          pool.abandon(request)
        })
      }
      pool.dispatch(request, now)
      if (!timer) startSweeping(now)
    })
  }

  async function close(): Promise<void> {
    if (!timer) startSweeping(clock())
    timer?.ref()
    await Promise.all([...pools.values()].map((pool) => new Promise<void>((resolve) => pool.close(resolve))))
    if (timer) clearInterval(timer)
    timer = null
  }

  let closed: Promise<void> | null = null
  return {
    send,
    pools: () => [...pools].map(([origin, pool]) => ({ origin, ...pool.state() })),
    [Symbol.asyncDispose]: () => (closed ??= close()),
  }
}
