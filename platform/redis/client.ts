import { Redis } from 'ioredis'
import { parseRedisUrl } from './address.ts'

/** Sends one command. The reply has the format of RESP 2. */
type Send = (args: string[]) => Promise<unknown>

export type ClientOptions = {
  /** Maximum wait for a connection, and for a reply. Milliseconds. */
  timeoutMs: number
  /** Returns the delay before the next attempt to connect. Null to never reconnect. Milliseconds. */
  retryMs: (() => number) | null
}

/**
 * Creates an ioredis client whose commands always end in time. A command fails immediately if there is no connection or if
 * the connection is lost, and after `timeoutMs` if the connection is dead. No command is sent a second time.
 *
 * @throws TypeError if the URL is not a valid URL of a Redis
 */
export function createRedis(url: string, { timeoutMs, retryMs }: ClientOptions): Redis {
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
    // The callers check with PING. ioredis's own check reports nothing while Redis loads, and keeps a timer.
    enableReadyCheck: false,
    autoResendUnfulfilledCommands: false,
    // Commands in progress fail immediately when the connection is lost.
    maxRetriesPerRequest: 0,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    // Otherwise a dead connection would be kept, and each command would wait for its timeout.
    socketTimeout: timeoutMs,
    // Otherwise ioredis would keep a timer for a socket that is already closed.
    disconnectTimeout: 1,
    retryStrategy: retryMs,
  })
}

export const sendBy =
  (client: Redis): Send =>
  ([command = '', ...args]) =>
    client.call(command, ...args)

/** Closes the connection immediately, even with commands in progress. Leaves no socket and no timer. */
export async function closeRedis(client: Redis): Promise<void> {
  // Undefined before the first attempt to connect.
  const stream = client.stream as Redis['stream'] | undefined
  const { promise: gone, resolve } = Promise.withResolvers<void>()
  if (!stream || stream.closed) resolve()
  else stream.once('close', resolve)
  client.disconnect()
  stream?.destroy()
  await gone
}

/**
 * Opens one connection, and resolves when Redis responds on it. A lost connection is not reopened.
 *
 * @throws the error of the client, see `explainFault`
 */
export async function dialRedis(url: string, timeoutMs = 10_000): Promise<AsyncDisposable & { send: Send }> {
  const client = createRedis(url, { timeoutMs, retryMs: null })
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
