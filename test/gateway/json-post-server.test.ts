import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { BODY, open, request, serve, type Served } from './support/json-post-server.ts'

let plain: Served

beforeEach(async () => {
  plain = await serve(true)
})
afterEach(async () => {
  await plain[Symbol.asyncDispose]()
})

describe('a plain POST', () => {
  test('is served without node:http, on a persistent connection', async () => {
    const heard = vi.fn<() => void>()
    plain.app.server.on('request', heard)
    const client = await open(plain)
    for (let n = 1; n <= 3; n++) {
      client.socket.write(request(BODY, [`x-a: ${n}`]))
      await expect.poll(() => client.answers.length === n && client.text.includes(`"x":"${n}"`)).toBe(true)
    }
    expect(client.text).toMatch(/^HTTP\/1\.1 201 Created\r\n[^]*"text":"/)
    expect(client.text).toContain('\r\nDate: ')
    expect(plain.posted.map(({ body }) => body)).toEqual(
      Array.from({ length: 3 }, () => JSON.parse(BODY) as unknown),
    )
    expect(new Set(plain.posted.map(({ id }) => id)).size).toBe(3)
    expect(heard).not.toHaveBeenCalled()
    client.socket.destroy()
  })

  test('is complete wherever it is split', async () => {
    const bytes = Buffer.from(request())
    for (let cut = 1; cut < bytes.length; cut++) {
      const client = await open(plain)
      client.socket.write(bytes.subarray(0, cut))
      await plain.settled(client.socket)
      client.socket.write(bytes.subarray(cut))
      await expect.poll(() => client.text, { interval: 1 }).toContain('"large":""}')
      client.socket.destroy()
    }
    expect(plain.posted).toHaveLength(bytes.length - 1)
  })

  test('is processed concurrently with earlier ones, and the responses are in order', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    plain.gate = promise
    const client = await open(plain)
    const bodies = Array.from({ length: 40 }, (_, a) => JSON.stringify({ a }))
    client.socket.write(request(bodies[0]))
    await expect.poll(() => plain.posted.length).toBe(1)
    plain.gate = Promise.resolve()
    client.socket.write(
      bodies
        .slice(1)
        .map((body) => request(body))
        .join(''),
    )
    await expect.poll(() => plain.posted.length).toBe(16)
    // Requests of another connection get responses in the meantime.
    const other = await open(plain)
    other.socket.write(request())
    await expect.poll(() => other.text).toContain('201 Created')
    other.socket.destroy()
    expect(plain.posted).toHaveLength(16 + 1)
    expect(client.text).toBe('')
    resolve()
    await expect.poll(() => client.answers.length).toBe(40)
    expect(
      client.answers.map((response) => (JSON.parse(response.at(-1) ?? '') as { echo: unknown }).echo),
    ).toEqual(bodies.map((body) => JSON.parse(body) as unknown))
    client.socket.destroy()
  })

  test('is cancelled if its client disconnects before the response', async () => {
    plain.gate = new Promise(() => {})
    const clients = [await open(plain), await open(plain)]
    for (const { socket } of clients) socket.write(request())
    await expect.poll(() => plain.gone).toEqual([false, false])
    clients[0]?.socket.destroy()
    clients[1]?.socket.end()
    await expect.poll(() => plain.gone).toEqual([true, true])
  })

  test('is not processed while its client reads no responses', async () => {
    const client = await open(plain)
    client.socket.pause()
    const body = JSON.stringify({ large: 1_000_000 })
    for (let n = 0; n < 200; n++) client.socket.write(request(body))
    const stalled = () => plain.endOf(client.socket)?.writableNeedDrain
    const posted = () => plain.posted.filter((post) => 'large' in (post.body as object)).length
    // Repeated until no request of the client is handled while another client gets a response. The server then waits for a read.
    for (let before = -1; before < posted();) {
      before = posted()
      await expect.poll(stalled).toBe(true)
      const other = await open(plain)
      other.socket.write(request())
      await expect.poll(() => other.text).toContain('201 Created')
      other.socket.destroy()
    }
    expect(posted()).toBeLessThan(50)
    client.socket.resume()
    // The head of the last response comes before that many bytes. To look for it in 200 MB takes long, so once has to do.
    await expect.poll(() => client.socket.bytesRead).toBeGreaterThan(200 * 1_000_000)
    expect(client.text.split('HTTP/1.1 201')).toHaveLength(201)
    client.socket.destroy()
  })
})

test('closing waits for responses in progress and ends the other connections', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  plain.gate = promise
  const [idle, busy] = [await open(plain), await open(plain)]
  busy.socket.write(request() + request())
  await expect.poll(() => plain.posted.length).toBe(2)
  const closed = plain[Symbol.asyncDispose]()
  await expect.poll(() => idle.closed).toBe(true)
  resolve()
  await closed
  await expect.poll(() => busy.closed).toBe(true)
  expect(busy.answers).toHaveLength(2)
  expect(busy.text.match(/connection: .*/gi)).toEqual(['Connection: keep-alive', 'Connection: close'])
})

test('an idle connection is closed after a timeout', async () => {
  plain.app.server.keepAliveTimeout = 700
  const [silent, used] = [await open(plain), await open(plain)]
  used.socket.write(request())
  await expect.poll(() => [silent.closed, used.closed]).toEqual([true, true])
  expect(used.answers).toHaveLength(1)
})
