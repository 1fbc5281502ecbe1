import { Redis } from 'ioredis'
import { parseRedisUrl } from './address.ts'

/** Sends one command; its reply is of protocol RESP 2. */
type Send = (args: string[]) => Promise<unknown>

export type ClientOptions = {
  /** Longest wait for a connection, and for a reply. Milliseconds. */
  patienceMs: number
  /** When to connect again; null: never. Milliseconds. */
  retryMs: (() => number) | null
}

/**
 * ioredis, set so that a command is answered, or fails, in time: without a connection at once, when the connection is
 * lost together with it, when it is dead without a word after `patienceMs`. No command is sent a second time.
 *
 * @throws TypeError when the URL is none of a Redis
 */
export function createRedis(url: string, { patienceMs, retryMs }: ClientOptions): Redis {
  const address = parseRedisUrl(url)
  if (typeof address === 'string') throw new TypeError(`the URL of Redis: ${address}`)
  const { host, port, username, password, database, tls } = address
  return new Redis({
    host,
    port,
    db: database,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(tls && { tls: {} }),
    protocol: 2,
    lazyConnect: true,
    enableOfflineQueue: false,
    // Whoever connects asks for itself: this check says nothing while Redis loads, and keeps a timer.
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    // What is under way when the connection goes fails at once.
    maxRetriesPerRequest: 0,
    connectTimeout: patienceMs,
    commandTimeout: patienceMs,
    // Without it a connection that is dead without a word would be kept, and each command wait for its timeout.
    socketTimeout: patienceMs,
    // It would otherwise keep a timer for a socket that has gone already.
    disconnectTimeout: 1,
    retryStrategy: retryMs,
  })
}

export const sendBy =
  (client: Redis): Send =>
  ([command = '', ...args]) =>
    client.call(command, ...args)

/** Closes the connection now, whatever is under way, and leaves neither socket nor timer. */
export async function closeRedis(client: Redis): Promise<void> {
  // Absent before the first attempt to connect.
  const stream = client.stream as Redis['stream'] | undefined
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  if (!stream || stream.closed) resolve()
  else stream.once('close', resolve)
  client.disconnect()
  stream?.destroy()
  await gone
}

/**
 * One connection, which is there when this resolves. It is not made anew when it is lost.
 *
 * @throws what keeps it from being there, see `explainFault`
 */
export async function dialRedis(url: string, patienceMs = 10_000): Promise<AsyncDisposable & { send: Send }> {
  const client = createRedis(url, { patienceMs, retryMs: null })
  const { promise: failed, reject } = Promise.withResolvers<never>()
  failed.catch(() => {})
  client.on('error', reject)
  try {
    await Promise.race([client.connect(), failed])
    await Promise.race([client.ping(), failed])
  } catch (error) {
    await closeRedis(client)
    throw error
  }
  return { send: sendBy(client), [Symbol.asyncDispose]: () => closeRedis(client) }
}
