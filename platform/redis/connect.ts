import { closeRedis, createRedis, sendBy } from './client.ts'
import { explainFault, isReply, type RedisFault } from './faults.ts'

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
const TIMEOUT_MS = 10_000

/** How long a refusal is told of when nobody tries again, as only a process that leads does. Milliseconds. */
const REFUSED_MS = 60_000

/** Between attempts to connect: the first, doubled each time up to the last. Milliseconds. */
const [RETRY_MS, MAX_RETRY_MS] = [100, 2_000]

/**
 * Keeps a connection to Redis, over and over. It never throws for want of one; a fault that lasts is reported once, and
 * so is its end.
 */
export function connectRedis(url: string, report: Report, patienceMs = TIMEOUT_MS): RedisConnection {
  let fault: RedisFault | null = { kind: 'unreachable', text: 'Redis is not connected yet.' }
  let said: RedisFault['kind'] | null = null
  let attempts = 0
  /** By command: one that fails for want of memory is no worse for another that reads. */
  const refusals = new Map<string, { text: string; until: number }>()
  const retryMs = () => Math.min(RETRY_MS * 2 ** attempts++, MAX_RETRY_MS)
  const client = createRedis(url, { patienceMs, retryMs })
  const call = sendBy(client)
  client.on('error', (error: unknown) => {
    // ioredis goes on when SELECT is refused: in database 0, which may be somebody else's.
    if (isReply(error)) client.disconnect(true)
    fail(explainFault(error))
  })
  client.on('close', () => {
    if (!fault) fail(explainFault(new Error('it closed the connection')))
  })
  client.on('ready', () => void check())
  // It goes on trying until it is closed.
  client.connect().catch(() => {})

  /** A connection is of use when Redis answers on it: not while it loads its data, or wants a password. */
  async function check(): Promise<void> {
    try {
      await call(['PING'])
    } catch (error) {
      // What else can go wrong closes the connection.
      if (!isReply(error)) return
      // Who may not PING is answered all the same.
      if (!error.message.startsWith('NOPERM')) {
        client.disconnect(true)
        return fail(explainFault(error))
      }
    }
    recover()
  }

  function fail(next: RedisFault): void {
    fault = next
    if (said !== next.kind) report('warn', next.text)
    said = next.kind
  }

  function recover(): void {
    fault = null
    attempts = 0
    refusals.clear()
    if (said !== null) report('info', 'Redis answers again')
    said = null
  }

  async function send(args: string[]): Promise<unknown> {
    if (fault) throw new Error(fault.text)
    const [command = ''] = args
    try {
      const reply = await call(args)
      refusals.delete(command)
      return reply
    } catch (error) {
      const { kind, text } = explainFault(error)
      if (kind !== 'unreachable') refusals.set(command, { text, until: performance.now() + REFUSED_MS })
      throw new Error(text, { cause: error })
    }
  }

  return {
    send,
    get trouble() {
      const refusal = refusals.values().find(({ until }) => performance.now() < until)
      return fault?.text ?? refusal?.text ?? null
    },
    [Symbol.asyncDispose]: async () => {
      fault = { kind: 'unreachable', text: 'The connection to Redis was closed by this process.' }
      await closeRedis(client)
    },
  }
}
