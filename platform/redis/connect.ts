import { createClient } from '@redis/client'
import { explainFault, type RedisFault } from './faults.ts'

export type RedisConnection = AsyncDisposable & {
  /**
   * Sends one command; its reply is of protocol RESP 2. Without a connection it rejects at once, saying why; else when no
   * reply came in time, after which the connection is made anew. What waits inside Redis must wait for less.
   */
  send(args: string[]): Promise<unknown>
  /** What is wrong and what to do; null when nothing is known to be. */
  readonly trouble: string | null
}

type Report = (level: 'info' | 'warn', message: string) => void

/** Longest wait for a reply: a connection may be dead without a word. Milliseconds. */
const PATIENCE_MS = 10_000

/** How long a refusal is told of when nobody tries again, as only a process that leads does. Milliseconds. */
const REFUSED_MS = 60_000

/** Between attempts to connect. Milliseconds. */
const RETRY_MS = 500

/**
 * Keeps a connection to Redis, over and over. It never throws for want of one; a fault that lasts is reported once, and
 * so is its end.
 */
export function connectRedis(url: string, report: Report, patienceMs = PATIENCE_MS): RedisConnection {
  let fault: RedisFault | null = { kind: 'unreachable', text: 'Redis is not connected yet.' }
  let said: RedisFault['kind'] | null = null
  /** By command: one that fails for want of memory is no worse for another that reads. */
  const refusals = new Map<string, { text: string; until: number }>()
  let silence: NodeJS.Timeout | undefined
  let client = start()

  function start() {
    const starting = createClient({
      url,
      RESP: 2,
      disableOfflineQueue: true,
      socket: { connectTimeout: patienceMs, reconnectStrategy: () => RETRY_MS },
    })
    watch()
    starting.on('error', (error: unknown) => {
      if (starting !== client) return
      watch()
      fail(explainFault(error))
    })
    starting.on('ready', () => {
      if (starting !== client) return
      clearTimeout(silence)
      recover()
    })
    // It goes on trying until it is destroyed.
    starting.connect().catch(() => {})
    return starting
  }

  /** Who has taken the connection may never say a word, which the client would wait for. */
  function watch(): void {
    clearTimeout(silence)
    silence = setTimeout(giveUp, 2 * patienceMs)
  }

  function fail(next: RedisFault): void {
    fault = next
    if (said !== next.kind) report('warn', next.text)
    said = next.kind
  }

  function recover(): void {
    fault = null
    refusals.clear()
    if (said !== null) report('info', 'Redis answers again')
    said = null
  }

  function giveUp(): void {
    end()
    fail(explainFault(new Error(`no reply within ${patienceMs} ms`)))
    client = start()
  }

  function end(): void {
    clearTimeout(silence)
    if (client.isOpen) client.destroy()
  }

  async function send(args: string[]): Promise<unknown> {
    if (fault) throw new Error(fault.text)
    const [command = ''] = args
    const asked = client
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      if (asked === client) giveUp()
      reject(new Error(fault?.text))
    }, patienceMs)
    try {
      const reply: unknown = await Promise.race([asked.sendCommand(args), late])
      refusals.delete(command)
      return reply
    } catch (error) {
      const { kind, text } = explainFault(error)
      if (kind !== 'unreachable') refusals.set(command, { text, until: performance.now() + REFUSED_MS })
      throw new Error(text, { cause: error })
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    send,
    get trouble() {
      const refusal = refusals.values().find(({ until }) => performance.now() < until)
      return fault?.text ?? refusal?.text ?? null
    },
    [Symbol.asyncDispose]: async () => end(),
  }
}
