import { once } from 'node:events'
import { connect as openSocket, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { createServer as createTlsServer, getCACertificates, setDefaultCACertificates } from 'node:tls'
import { expect, test, vi } from 'vitest'
import { connectRedis } from '../../platform/redis/connect.ts'
import { makeCertificate } from '../gateway/support/certificate.ts'
import { ownRedis, type OwnRedis } from './support/own-redis.ts'
import { WITHIN } from '../support/timeout.ts'

const TIMEOUT_MS = 500
const SOON = { ...WITHIN, interval: 10 }

/** A connection, and what it reports. */
function open(url: string) {
  const lines: string[] = []
  const redis = connectRedis(url, (level, message) => lines.push(`${level}: ${message}`), TIMEOUT_MS)
  const becomes = (state: RegExp) => vi.waitFor(() => expect(String(redis.trouble)).toMatch(state), SOON)
  return { send: redis.send, lines, becomes, [Symbol.asyncDispose]: () => redis[Symbol.asyncDispose]() }
}

async function started() {
  const redis = await ownRedis()
  await redis.process.start()
  return redis
}

async function listen(server: Server) {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

const GONE = /^warn: Redis cannot be reached: .*Start it, or correct REDIS_URL\.$/

test('an outage is logged once and its end once, for any number of attempts', async () => {
  await using redis = await started()
  await using client = open(redis.url)
  await client.becomes(/^null$/)
  for (const round of [1, 2]) {
    await redis.process.kill()
    await client.becomes(/ECONNREFUSED|closed/)
    await expect(client.send(['PING'])).rejects.toThrow(/^Redis cannot be reached/)
    await redis.process.start()
    await client.becomes(/^null$/)
    expect(await client.send(['PING'])).toBe('PONG')
    expect(client.lines).toHaveLength(2 * round)
  }
  expect(client.lines.slice(0, 2)).toEqual([
    expect.stringMatching(GONE),
    expect.stringMatching(/^info: Redis responds again$/),
  ])
})

test('a blocking read fails immediately when Redis is killed, and is not repeated', async () => {
  await using redis = await started()
  await using client = open(redis.url)
  await client.becomes(/^null$/)
  const waiting = client.send(['BLPOP', 'queue', '0.4']).catch(String)
  await vi.waitFor(async () => expect(await redis.send('INFO')).toContain('blocked_clients:1'), SOON)
  await redis.process.kill()
  expect(await waiting).toMatch(/cannot be reached/)
  await redis.process.start()
  await client.becomes(/^null$/)
  await redis.send('RPUSH', 'queue', 'kept')
  expect(await redis.send('LLEN', 'queue')).toBe(1)
})

test('a silently dead connection is replaced, also for a blocking read', async () => {
  await using redis = await started()
  await using client = open(redis.url)
  await client.becomes(/^null$/)
  const pid = redis.process.pid ?? 0
  process.kill(pid, 'SIGSTOP')
  try {
    const began = performance.now()
    const read = client.send(['XREAD', 'BLOCK', '100', 'STREAMS', 'log', '0-0'])
    await expect(read).rejects.toThrow(/no reply within/)
    // Not after the time that is allowed by default.
    expect(performance.now() - began).toBeLessThan(10_000)
    await client.becomes(/no reply within/)
    await expect(client.send(['PING'])).rejects.toThrow(/no reply within/)
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  await client.becomes(/^null$/)
  expect(await client.send(['PING'])).toBe('PONG')
  expect(client.lines).toHaveLength(2)
})

test('the given database number is used, and an invalid one is an error: nothing is written to database 0', async () => {
  await using redis = await started()
  await using third = open(`${redis.url}/3`)
  await third.becomes(/^null$/)
  await third.send(['SET', 'key', 'of 3'])
  expect(await redis.send('GET', 'key')).toBeNull()
  await redis.process.kill()
  await redis.process.start()
  await third.becomes(/^null$/)
  await third.send(['SET', 'key', 'of 3'])
  expect(await redis.send('DBSIZE')).toBe(0)

  await using beyond = open(`${redis.url}/99`)
  await beyond.becomes(/DB index is out of range/)
  await expect(beyond.send(['SET', 'key', 'of 99'])).rejects.toThrow(/DB index is out of range/)
  expect(beyond.lines).toHaveLength(1)
  expect(await redis.send('DBSIZE')).toBe(0)
})

test.for([
  ['no password', (url: string) => url.replace(':secret@', ''), /NOAUTH.*Put the password into REDIS_URL/],
  ['a wrong password', (url: string) => url.replace('secret', 'guess'), /WRONGPASS.*Correct the user/],
  [
    'an unknown user',
    (url: string) => url.replace(':secret', 'nobody:secret'),
    /WRONGPASS.*Correct the user/,
  ],
] as const)('%s is logged once, and nothing is sent', async ([, spoil, shown]) => {
  await using redis = await started()
  await using client = open(spoil(redis.url))
  await client.becomes(shown)
  await expect(client.send(['SET', 'key', '1'])).rejects.toThrow(shown)
  expect(client.lines).toHaveLength(1)
})

test('a user and a password with special characters work', async () => {
  await using redis = await started()
  await redis.send('ACL', 'SETUSER', 'app', 'on', '>p@ss/#:%', '~*', '+@all')
  const { host } = new URL(redis.url)
  await using client = open(`redis://app:${encodeURIComponent('p@ss/#:%')}@${host}`)
  await client.becomes(/^null$/)
  expect(await client.send(['ACL', 'WHOAMI'])).toBe('app')
})

test('a user with access to a single key works', async () => {
  await using redis = await started()
  await redis.send('ACL', 'SETUSER', 'reader', 'on', '>secret', '~log:*', '+xread')
  await using client = open(redis.url.replace('//:', '//reader:'))
  await client.becomes(/^null$/)
  expect(await client.send(['XREAD', 'STREAMS', 'log:users', '0-0'])).toBeNull()
})

/** An address that leads to one Redis first. `connections` counts those that were opened. */
async function addressOf(first: OwnRedis) {
  const state = { url: first.url, connections: 0 }
  const server = createServer((client) => {
    state.connections++
    const { hostname, port } = new URL(state.url)
    const redis = openSocket(Number(port), hostname)
    for (const [one, other] of [
      [client, redis],
      [redis, client],
    ] as const) {
      one.pipe(other)
      one.on('error', () => other.destroy())
    }
  })
  const { port, [Symbol.asyncDispose]: close } = await listen(server)
  const url = new URL(first.url)
  url.port = String(port)
  return {
    url: url.href,
    connections: () => state.connections,
    leadTo: ({ url: next }: OwnRedis) => (state.url = next),
    [Symbol.asyncDispose]: close,
  }
}

// As in ioredis (issue 144): after a failover of Amazon ElastiCache, all writes failed until the process was restarted.
test('after a failover, when the old primary is a replica, the connection moves to where the address leads', async () => {
  await using old = await started()
  await using primary = await started()
  await using address = await addressOf(old)
  await using client = open(address.url)
  await client.becomes(/^null$/)
  await old.send('REPLICAOF', '127.0.0.1', '1')
  address.leadTo(primary)
  await expect(client.send(['SET', 'key', '1'])).rejects.toThrow(/READONLY/)
  await vi.waitFor(() => client.send(['SET', 'key', '2']), SOON)
  expect(await primary.send('GET', 'key')).toBe('2')
  await client.becomes(/^null$/)
})

test('a replica that stays one can be read: the connection is not renewed at each write', async () => {
  await using replica = await started()
  await using address = await addressOf(replica)
  await using client = open(address.url)
  await client.becomes(/^null$/)
  await replica.send('REPLICAOF', '127.0.0.1', '1')
  const write = () => client.send(['SET', 'key', '1'])
  const read = () => client.send(['GET', 'key'])
  await expect(write()).rejects.toThrow(/use the address of the primary/)
  await vi.waitFor(read, SOON)
  for (let i = 0; i < 5; i++) {
    await expect(write()).rejects.toThrow(/use the address of the primary/)
    await client.becomes(/use the address of the primary/)
    expect(await read()).toBeNull()
  }
  expect(address.connections()).toBeLessThan(5)
  expect(client.lines).toEqual([])
})

test('rediss:// uses TLS: an untrusted certificate is rejected with a remedy', async () => {
  const certificate = makeCertificate()
  await using redis = await started()
  const port = Number(new URL(redis.url).port)
  const tls = createTlsServer(certificate, (socket) => {
    const upstream = openSocket(port, '127.0.0.1')
    socket.on('error', () => upstream.destroy()).pipe(upstream)
    upstream.on('error', () => socket.destroy()).pipe(socket)
  })
  await using proxy = await listen(tls)
  const url = `rediss://:secret@127.0.0.1:${proxy.port}`
  await using refused = open(url)
  await refused.becomes(/self-signed certificate.*NODE_EXTRA_CA_CERTS/)
  expect(refused.lines).toHaveLength(1)
  const before = getCACertificates()
  setDefaultCACertificates([...before, certificate.cert])
  try {
    await using client = open(url)
    await client.becomes(/^null$/)
    expect(await client.send(['PING'])).toBe('PONG')
  } finally {
    setDefaultCACertificates(before)
  }
})

test('a server that is not Redis is reported as such', async () => {
  await using other = await listen(
    createServer((socket) => socket.on('error', () => {}).end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  )
  await using client = open(`redis://127.0.0.1:${other.port}`)
  await client.becomes(/the server is not a Redis/)
  expect(client.lines).toHaveLength(1)
})

/** How many timers and sockets this process holds. */
const held = () => process.getActiveResourcesInfo().filter((kind) => /Timeout|TCP|TLS/.test(kind)).length

/** What is held once it is at most `most`, or after `ms`: closing takes turns of the event loop. Has no timer of its own. */
async function heldAtMost(most: number, ms: number): Promise<number> {
  const end = performance.now() + ms
  while (held() > most && performance.now() < end) await setImmediate()
  return held()
}

test.for(['connected', 'waiting for a reply', 'refused', 'between attempts', 'without an answer'])(
  'closing while it is %s leaves no timer and no socket',
  async (state) => {
    await using redis = await ownRedis()
    const silent = createServer()
    await using quiet = await listen(silent)
    const refuse = state === 'refused' || state === 'between attempts'
    if (!refuse) await redis.process.start()
    const before = await heldAtMost(0, 300)
    const url = state === 'without an answer' ? `redis://127.0.0.1:${quiet.port}` : redis.url
    const client = connectRedis(url, () => {}, TIMEOUT_MS)
    const accepted = state === 'without an answer' ? once(silent, 'connection') : null
    await accepted
    const reached = accepted ? /not connected yet/ : refuse ? /ECONNREFUSED/ : /^null$/
    await vi.waitFor(() => expect(String(client.trouble)).toMatch(reached), SOON)
    const waiting =
      state === 'waiting for a reply' ? client.send(['BLPOP', 'none', '0.4']).catch(String) : null
    await client[Symbol.asyncDispose]()
    expect((await waiting) ?? 'Redis').toMatch(/Redis/)
    expect(await heldAtMost(before, WITHIN.timeout)).toBeLessThanOrEqual(before)
    await expect(client.send(['PING'])).rejects.toThrow(/closed by this process/)
  },
)
