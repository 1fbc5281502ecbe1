import { closeRedis, createRedis, sendBy } from './client.ts'
import { explainFault, isReply, type RedisFault } from './faults.ts'

export type RedisConnection = AsyncDisposable & {
  /**
   * Sends one command. The reply has the format of RESP 2. Rejects immediately with the reason if there is no connection.
   * Rejects if there is no reply in time, and then reconnects. A command that blocks in Redis must block for less time.
   */
  send(args: string[]): Promise<unknown>
  /** The current fault and its remedy. Null if no fault is known. */
  readonly trouble: string | null
}

type Report = (level: 'info' | 'warn', message: string) => void

/** Maximum wait for a reply. It is needed because a dead connection may not report an error. Milliseconds. */
const TIMEOUT_MS = 10_000

/** How long a refusal is reported if the command is not repeated. Only a process that leads repeats it. Milliseconds. */
const REFUSED_MS = 60_000

/** How often a connection to a replica is renewed. Each time, commands fail for a moment, also those that only read. Milliseconds. */
const RENEW_MS = 10_000

/** Delay between attempts to connect. It starts at the first value and doubles up to the second. Milliseconds. */
const [RETRY_MS, MAX_RETRY_MS] = [100, 2_000]

/**
 * Keeps a connection to Redis, and reconnects when it is lost. It does not throw if Redis is unreachable. A persistent fault
 * is reported once, and so is its end. If Redis has become a replica, the connection is renewed: after a failover, the address
 * leads to the new primary, but the connection stays with the old one.
 */
export function connectRedis(url: string, report: Report, timeoutMs = TIMEOUT_MS): RedisConnection {
  let fault: RedisFault | null = { kind: 'unreachable', text: 'Redis is not connected yet.' }
  let said: RedisFault['kind'] | null = null
  let attempts = 0
  let renewedAt = Number.NEGATIVE_INFINITY
  /** Refusals by command. If Redis is out of memory, commands that write are refused, but commands that read still work. */
  const refusals = new Map<string, { text: string; until: number }>()
  const retryMs = () => Math.min(RETRY_MS * 2 ** attempts++, MAX_RETRY_MS)
  const client = createRedis(url, { timeoutMs, retryMs })
  const call = sendBy(client)
  client.on('error', (error: unknown) => {
    // If SELECT is refused, ioredis continues in database 0, which may belong to someone else.
    if (isReply(error)) client.disconnect(true)
    fail(explainFault(error))
  })
  client.on('close', () => {
    if (!fault) fail(explainFault(new Error('it closed the connection')))
  })
  client.on('ready', () => void check())
  // The client retries until it is closed.
  client.connect().catch(() => {})

  /** A connection is usable if Redis responds to PING. It is not while Redis loads its data or requires a password. */
  async function check(): Promise<void> {
    try {
      await call(['PING'])
    } catch (error) {
      // All other errors close the connection.
      if (!isReply(error)) return
      // NOPERM is a response too: Redis works, and the user merely lacks the right to PING.
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
    if (said !== null) report('info', 'Redis responds again')
    said = null
  }

  /** Not reported: the refused command has the reason. */
  function renew(refusal: RedisFault): void {
    const now = performance.now()
    if (now - renewedAt < RENEW_MS) return
    renewedAt = now
    fault = refusal
    client.disconnect(true)
  }

  async function send(args: string[]): Promise<unknown> {
    if (fault) throw new Error(fault.text)
    const [command = ''] = args
    try {
      const reply = await call(args)
      refusals.delete(command)
      return reply
    } catch (error) {
      // Not a fault: the caller sends the text of the script.
      if (isReply(error) && error.message.startsWith('NOSCRIPT')) throw error
      const refusal = explainFault(error)
      const { kind, text } = refusal
      if (kind !== 'unreachable') refusals.set(command, { text, until: performance.now() + REFUSED_MS })
      if (isReply(error) && error.message.startsWith('READONLY')) renew(refusal)
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
