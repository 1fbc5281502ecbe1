import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { BODY_LIMIT } from '../../platform/http/server.ts'
import { open, request, serve, type Client, type Served } from './support/json-post-server.ts'

const timeouts = { headersMs: 1_000, requestMs: 1_500 }

describe.each([
  ['on the socket', true],
  ['by node:http and the router', false],
])('%s', (_, direct) => {
  let served: Served
  const clients: Client[] = []

  beforeEach(async () => {
    served = await serve(direct, { bodyLimit: BODY_LIMIT, timeouts })
  })
  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy()
    await served[Symbol.asyncDispose]()
  })

  async function connect(): Promise<Client> {
    const client = await open(served)
    clients.push(client)
    return client
  }

  /** Sends one byte after the other, but never the last one. */
  async function drip(bytes: string): Promise<Client> {
    const client = await connect()
    let at = 60
    client.socket.write(bytes.slice(0, at))
    const timer = setInterval(() => client.socket.write(bytes.charAt(at++)), 20)
    await expect.poll(() => client.closed).toBe(true)
    clearInterval(timer)
    return client
  }

  function refusal({ text }: Client) {
    const [head = '', body = ''] = text.split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
    expect(head).toContain('content-type: application/json; charset=utf-8')
    return JSON.parse(body) as unknown
  }

  const TOO_SLOW = {
    errors: [
      {
        message:
          'The request took too long to arrive. Its headers must arrive within 1 seconds, and the whole request within 1.5.',
        extensions: { code: 'BAD_REQUEST' },
      },
    ],
  }

  test.each([
    ['a body that never ends', request('"'.padEnd(100_000, 'a'))],
    ['a head that never ends', request('{}', [`x-a: ${'a'.repeat(10_000)}`])],
  ])('%s is rejected after the timeout, even if it arrives steadily', async (__, bytes) => {
    expect(refusal(await drip(bytes))).toEqual(TOO_SLOW)
    expect(served.posted).toHaveLength(0)
  })

  test('a body that stops is rejected after a timeout, even behind a completed request', async () => {
    const client = await connect()
    client.socket.write(request('{}'))
    await expect.poll(() => client.answers.length).toBe(1)
    client.socket.write(request('{"a":1}').slice(0, -1))
    await expect.poll(() => client.closed).toBe(true)
    expect(client.text).toContain('HTTP/1.1 408')
    expect(served.posted).toHaveLength(1)
  })
})

test.each([
  ['on the socket', true],
  ['by node:http and the router', false],
])('a thousand announced but barely started bodies use little memory: %s', async (__, direct) => {
  await using served = await serve(direct, { bodyLimit: BODY_LIMIT })
  const head = request('').replace('content-length: 0', `content-length: ${BODY_LIMIT}`)
  const before = used()
  const clients = await Promise.all(Array.from({ length: 1_000 }, () => open(served)))
  using _ = { [Symbol.dispose]: () => clients.forEach(({ socket }) => socket.destroy()) }
  for (const { socket } of clients) socket.write(`${head}{"a":`)
  await expect.poll(() => connections(served)).toBe(1_000)
  await expect.poll(() => used() - before).toBeLessThan(100_000_000)
  for (const { socket } of clients) socket.destroy()
  await expect.poll(() => connections(served)).toBe(0)
})

test('a client that does not read its responses is disconnected', async () => {
  await using served = await serve(true, { bodyLimit: BODY_LIMIT, timeouts })
  const client = await open(served)
  client.socket.pause()
  for (let n = 0; n < 20; n++) client.socket.write(request(JSON.stringify({ large: 1_000_000 })))
  await expect.poll(() => served.posted.length).toBeGreaterThan(15)
  await expect.poll(() => connections(served)).toBe(0)
  client.socket.destroy()
})

/** The memory of this process in bytes, for the server and its clients. */
function used(): number {
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}

function connections({ app }: Served): Promise<number> {
  return new Promise((resolve, reject) =>
    app.server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
  )
}
