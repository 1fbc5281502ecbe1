import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/**
 * - `pass`: no fault
 * - `refuse`: new connections are reset
 * - `silent`: connections are accepted but no data is transferred, on existing ones either
 * - `slow`: each chunk is delayed, in order
 * - `without`: connections are reset as soon as they send a request that begins so, like `GET /log`
 */
export type ProxyMode =
  | { kind: 'pass' | 'refuse' | 'silent' }
  | { kind: 'slow'; ms: number }
  | { kind: 'without'; request: string }

/** A TCP proxy to one port of this machine that can inject faults. */
export type Proxy = AsyncDisposable & {
  readonly port: number
  /** Data that was held while it was silent continues when it passes again. */
  set(mode: ProxyMode): void
  /** Resets all existing connections. */
  cut(): void
  /** Existing connections transfer no more data, without an error. New ones work. */
  forget(): void
  /** Resets each connection after this many more bytes of responses, in the middle of one. */
  cutAfter(bytes: number): void
}

type Pair = { near: Socket; far: Socket; left: number; forgotten: boolean }

export async function openProxy(target: number): Promise<Proxy> {
  let mode: ProxyMode = { kind: 'pass' }
  const pairs = new Set<Pair>()
  const waiting = new Set<() => void>()

  function drop(pair: Pair): void {
    pairs.delete(pair)
    for (const socket of [pair.near, pair.far]) if (!socket.destroyed) socket.resetAndDestroy()
  }

  /** Resolves when the received data can continue. */
  async function held(): Promise<void> {
    while (mode.kind === 'silent') {
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      await promise
    }
    if (mode.kind === 'slow')
      await new Promise((resolve) => setTimeout(resolve, mode.kind === 'slow' ? mode.ms : 0))
  }

  const isRefused = (chunk: Buffer) =>
    mode.kind === 'without' && chunk.subarray(0, mode.request.length).equals(Buffer.from(mode.request))

  async function carry(from: Socket, to: Socket, pair: Pair): Promise<void> {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      if (mode.kind !== 'pass') await held()
      if (pair.forgotten) continue
      if (from === pair.near && isRefused(chunk)) return drop(pair)
      if (from === pair.far && (pair.left -= chunk.length) < 0) return drop(pair)
      if (to.destroyed) return drop(pair)
      if (!to.write(chunk)) await Promise.race([once(to, 'drain'), once(to, 'close')])
    }
    if (mode.kind !== 'pass') await held()
    to.end()
  }

  const server = createServer({ allowHalfOpen: true }, (near) => {
    near.on('error', () => {})
    if (mode.kind === 'refuse') return void near.resetAndDestroy()
    const far = connect({ port: target, host: '127.0.0.1', allowHalfOpen: true })
    const pair = { near, far, left: Number.POSITIVE_INFINITY, forgotten: false }
    pairs.add(pair)
    far.on('error', () => drop(pair))
    near.on('error', () => drop(pair))
    far.on('close', () => near.destroyed && pairs.delete(pair))
    for (const socket of [near, far]) socket.setNoDelay(true)
    carry(near, far, pair).catch(() => drop(pair))
    carry(far, near, pair).catch(() => drop(pair))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    set(next) {
      mode = next
      if (next.kind !== 'pass') return
      for (const pair of pairs) pair.left = Number.POSITIVE_INFINITY
      for (const resolve of waiting) resolve()
      waiting.clear()
    },
    cut() {
      for (const pair of pairs) drop(pair)
    },
    forget() {
      for (const pair of pairs) pair.forgotten = true
    },
    cutAfter(bytes) {
      for (const pair of pairs) pair.left = bytes
    },
    async [Symbol.asyncDispose]() {
      mode = { kind: 'refuse' }
      for (const resolve of waiting) resolve()
      for (const pair of pairs) drop(pair)
      server.close()
      await once(server, 'close')
    },
  }
}

/** The same URL with another port of this machine. */
export function through(url: string, { port }: Pick<Proxy, 'port'>): string {
  const other = new URL(url)
  other.hostname = '127.0.0.1'
  other.port = String(port)
  return other.href
}
