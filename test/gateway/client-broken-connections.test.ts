import { describe, expect, test } from 'vitest'
import {
  createHttp1Transport,
  type Http1Options,
} from '../../gateway/subgraph-client/http1/http1-transport.ts'
import { respond, startRawServer, type RawConnection } from './support/raw-server.ts'
import { mutation, pipelined } from './support/transports.ts'

/** A clock that stands still, so that no request is slow. For tests that are not about slow requests. */
const FROZEN: Partial<Http1Options> = { clock: () => 0 }
const create = (options: Partial<Http1Options> = {}) =>
  createHttp1Transport({ maxResponseBytes: 1_000, ...options })

/** A response with the body of the request. */
const echo = (request: string) => respond(request.split('\r\n\r\n')[1] ?? '')

async function serveAll(connection: RawConnection): Promise<void> {
  for (;;) await connection.write(echo(await connection.request()))
}

const text = (body: string) => expect.objectContaining({ text: body }) as unknown

describe('a connection that breaks', () => {
  const outcomes = (asked: readonly Promise<unknown>[]) =>
    Promise.all(asked.map((one) => one.catch((fault: { kind: string }) => fault.kind)))

  test('that worked before: the query is repeated on a new one', async () => {
    let requests = 0
    await using server = await startRawServer(async (connection, n) => {
      for (;;) {
        const request = await connection.request()
        requests++
        if (n === 0 && requests === 2) return connection.reset()
        await connection.write(echo(request))
      }
    })
    await using transport = create()
    await transport.send(pipelined(server.url, { body: 'a' }))
    expect(await transport.send(pipelined(server.url, { body: 'b' }))).toEqual(text('b'))
    expect(requests).toBe(3)
  })

  test('a query is repeated once, not forever', async () => {
    let requests = 0
    await using server = await startRawServer(async (connection) => {
      const request = await connection.request()
      if (requests++ > 0) return connection.reset()
      await connection.write(echo(request))
      await connection.request()
      requests++
      return connection.reset()
    })
    await using transport = create()
    await transport.send(pipelined(server.url))
    await expect(transport.send(pipelined(server.url))).rejects.toMatchObject({ kind: 'unreachable' })
    expect(requests).toBe(3)
  })

  test.each([
    ['before the first answer', '', ['unreachable', 'b', 'c']],
    ['within the first answer', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab', ['unreachable', 'b', 'c']],
    ['within the second answer', `${respond('a')}HTTP/1.1 200 OK\r\ncontent-le`, ['a', 'b', 'c']],
    [
      'by malformed HTTP in the second answer',
      `${respond('a')}HTTP/1.1 200 OK\r\nx y\r\n\r\n`,
      ['a', 'b', 'c'],
    ],
    ['by an answer that is too large', respond('x'.repeat(2_000)), ['too-large', 'b', 'c']],
  ])('%s', async (_when, sent, expected) => {
    await using server = await startRawServer(async (connection, n) => {
      if (n > 0) return serveAll(connection)
      for (let i = 0; i < 3; i++) await connection.request()
      await connection.write(sent)
      connection.socket.end()
    })
    await using transport = create({ unshared: 1, ...FROZEN })
    const asked = ['a', 'b', 'c'].map(
      async (body) => (await transport.send(pipelined(server.url, { body }))).text,
    )
    expect(await outcomes(asked)).toEqual(expected)
    expect(server.connections).toHaveLength(3)
  })

  test('and the one of the retries too: the queries fail after two attempts at most', async () => {
    let requests = 0
    await using server = await startRawServer(async (connection, n) => {
      for (let i = 0; i < (n === 0 ? 3 : 1); i++) {
        await connection.request()
        requests++
      }
      connection.reset()
    })
    await using transport = create({ unshared: 1, ...FROZEN })
    const asked = ['a', 'b', 'c'].map((body) => transport.send(pipelined(server.url, { body })))
    expect(await outcomes(asked)).toEqual(['unreachable', 'unreachable', 'unreachable'])
    expect(requests).toBe(5)
  })

  test('queries behind a response with `connection: close` are repeated', async () => {
    await using server = await startRawServer(async (connection, n) => {
      if (n > 0) return serveAll(connection)
      await connection.request()
      await connection.write(respond('a', 'connection: close'))
      connection.socket.end()
    })
    await using transport = create({ unshared: 1 })
    const asked = ['a', 'b', 'c'].map(
      async (body) => (await transport.send(pipelined(server.url, { body }))).text,
    )
    expect(await Promise.all(asked)).toEqual(['a', 'b', 'c'])
  })

  test('before a waiting mutation was sent: the mutation is sent on a new one', async () => {
    const seen: string[] = []
    await using server = await startRawServer(async (connection, n) => {
      seen.push(`${n} ${(await connection.request()).split('\r\n\r\n')[1]}`)
      // After the first response, the mutation is queued on this connection. The bytes that follow in the same piece end it.
      await connection.write(n === 0 ? respond('1') + respond('for nobody') : respond('2'))
    })
    await using transport = create({ connections: 1 })
    const asked = [pipelined(server.url, { body: 'q' }), mutation(server.url, { body: 'm' })].map((call) =>
      transport.send(call),
    )
    expect(await Promise.all(asked)).toEqual([text('1'), text('2')])
    expect(seen).toEqual(['0 q', '1 m'])
  })
})

test('a waiting request is sent when a broken connection frees its slot', async () => {
  await using server = await startRawServer(async (connection, n) => {
    await (n > 0 ? serveAll(connection) : connection.request())
  })
  await using transport = create({ connections: 1, depth: 1 })
  const first = transport.send(pipelined(server.url, { body: 'a' }))
  const second = transport.send(pipelined(server.url, { body: 'b' }))
  await expect.poll(() => server.connections.length).toBe(1)
  server.connections[0]?.reset()
  await expect(first).rejects.toMatchObject({ kind: 'unreachable' })
  expect(await second).toEqual(text('b'))
})
