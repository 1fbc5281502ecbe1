import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { createCancellation } from '../../platform/cancellation.ts'
import { respond, startRawServer, type RawConnection } from './support/raw-server.ts'
import { mutation, query, TRANSPORTS } from './support/transports.ts'

/** Responds to all requests until the connection ends. */
async function serveAll(connection: RawConnection): Promise<void> {
  for (;;) {
    await connection.request()
    await connection.write(respond('{}'))
  }
}

const closedAll = (connections: RawConnection[]) => Promise.all(connections.map(({ closed }) => closed))

describe.each(Object.entries(TRANSPORTS))('%s', (name, create) => {
  const own = name !== 'undici'

  describe('timeouts', () => {
    test.each([
      ['never answers', []],
      ['stops within the head', ['HTTP/1.1 200 OK\r\n']],
      ['stops within the body', ['HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\na']],
    ])(
      'a server that accepts and %s causes a timeout, and its connection is closed',
      async (_what, parts) => {
        await using server = await startRawServer(async (connection) => {
          await connection.request()
          await connection.write(...parts)
        })
        await using transport = create(100)
        await expect(transport.send(query(server.url, { timeoutMs: 60 }))).rejects.toMatchObject({
          kind: 'timeout',
          message: 'did not respond within 60 ms',
        })
        await closedAll(server.connections)
      },
    )

    test('a slow partial response does not extend the timeout', async () => {
      await using server = await startRawServer(async (connection) => {
        await connection.request()
        await connection.write('HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n')
        while (!connection.socket.destroyed) await connection.write('x')
      })
      await using transport = create(10_000_000)
      await expect(transport.send(query(server.url, { timeoutMs: 100 }))).rejects.toMatchObject({
        kind: 'timeout',
      })
      await closedAll(server.connections)
    })

    test('a mutation times out too', async () => {
      await using server = await startRawServer((connection) => connection.request())
      await using transport = create(100)
      const asked = transport.send(mutation(server.url, { timeoutMs: 60 }))
      await expect(asked).rejects.toMatchObject({ kind: 'timeout' })
    })
  })

  describe('a connection that ends', () => {
    test('while it is idle is not reused', async () => {
      await using server = await startRawServer(async (connection) => {
        await connection.request()
        await connection.write(respond('{}'))
        connection.socket.end()
      })
      await using transport = create(100)
      for (let i = 0; i < 3; i++) {
        await transport.send(mutation(server.url))
        await server.connections[i]?.closed
      }
      expect(server.connections).toHaveLength(3)
    })

    test('while a mutation is sent fails the mutation with an unknown outcome', async () => {
      let mutations = 0
      await using server = await startRawServer(async (connection) => {
        while (!(await connection.request()).includes('mutation')) await connection.write(respond('{}'))
        mutations++
        connection.reset()
      })
      await using transport = create(100)
      await transport.send(query(server.url))
      await expect(transport.send(mutation(server.url))).rejects.toMatchObject({ kind: 'unreachable' })
      expect(mutations).toBe(1)
    })

    test('unexpected bytes close the connection', async () => {
      await using server = await startRawServer(async (connection) => {
        await connection.request()
        await connection.write(respond('{"data":1}') + respond('{"data":"for somebody else"}'))
        await serveAll(connection)
      })
      await using transport = create(1_000)
      expect(await transport.send(query(server.url))).toMatchObject({ text: '{"data":1}' })
      // It is closed sooner than an idle connection, which is closed after 4 s.
      await expect.poll(() => server.open()).toBe(0)
      const second = transport.send(query(server.url))
      expect(await second).toMatchObject({ text: '{"data":1}' })
      expect(server.connections).toHaveLength(2)
    })

    test('unexpected bytes on an idle connection close it', async () => {
      await using server = await startRawServer(async (connection) => {
        await connection.request()
        await connection.write(respond('{}'))
        await connection.write(respond('{"data":"for somebody else"}'))
      })
      await using transport = create(1_000)
      expect(await transport.send(query(server.url))).toMatchObject({ text: '{}' })
      // It is closed sooner than an idle connection, which is closed after 4 s.
      await expect.poll(() => server.open()).toBe(0)
      expect(await transport.send(query(server.url))).toMatchObject({ text: '{}' })
    })

    test('a connection with a response before the end of the request is not reused', async () => {
      await using server = await startRawServer(async ({ socket, write, closed }, n) => {
        await once(socket, 'data')
        if (n === 0) socket.pause()
        await write(respond('{"early":true}'))
        await closed
      })
      await using transport = create(1_000)
      const early = transport.send(mutation(server.url, { body: 'x'.repeat(20_000_000) }))
      expect(await early).toMatchObject({ text: '{"early":true}' })
      await transport.send(mutation(server.url))
      expect(server.connections).toHaveLength(2)
    })
  })

  describe('cancellation', () => {
    test('a cancelled query ends, and its connection is closed', async () => {
      const cancellation = createCancellation()
      await using server = await startRawServer((connection) => connection.request())
      await using transport = create(100)
      const asked = transport.send(query(server.url, { cancellation }))
      await expect.poll(() => server.connections.length).toBe(1)
      cancellation.cancel()
      await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
      await closedAll(server.connections)
    })

    test('a request that is already cancelled is never sent', async () => {
      const cancellation = createCancellation()
      cancellation.cancel()
      await using server = await startRawServer(() => {})
      await using transport = create(100)
      await expect(transport.send(query(server.url, { cancellation }))).rejects.toMatchObject({
        kind: 'cancelled',
      })
      expect(server.connections).toEqual([])
    })

    test('a mutation is not cancelled', async () => {
      const cancellation = createCancellation()
      const { promise: asked, resolve: onAsked } = Promise.withResolvers<void>()
      const { promise: cancelled, resolve: onCancelled } = Promise.withResolvers<void>()
      await using server = await startRawServer(async (connection) => {
        await connection.request()
        onAsked()
        await cancelled
        await connection.write(respond('{"data":1}'))
      })
      await using transport = create(100)
      const done = transport.send(mutation(server.url, { cancellation }))
      await asked
      cancellation.cancel()
      onCancelled()
      expect(await done).toMatchObject({ text: '{"data":1}' })
    })

    test('no listener remains after the response', async () => {
      const listeners = new Set<() => void>()
      const cancellation = {
        cancelled: false,
        onCancel(listener: () => void) {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
      }
      await using server = await startRawServer(serveAll)
      await using transport = create(100)
      await transport.send(query(server.url, { cancellation }))
      expect(listeners.size).toBe(0)
    })
  })

  describe('many requests, and disposal', () => {
    test('3,000 concurrent requests all get their own responses over at most 64 connections', async () => {
      let open = 0
      let most = 0
      const server = createServer((request, response) => {
        let body = ''
        request.on('data', (chunk) => (body += String(chunk)))
        request.on('end', () => response.end(body))
      })
      server.on('connection', (socket) => {
        most = Math.max(most, ++open)
        socket.once('close', () => open--)
      })
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
      const transport = create(1_000)
      const asked = Array.from({ length: 3_000 }, async (_, i) => {
        const call =
          i % 10 === 0
            ? mutation(url, { body: `m${i}` })
            : query(url, { body: `q${i}`, pipelined: i % 2 === 0 })
        expect((await transport.send(call)).text).toBe(call.body)
      })
      await Promise.all(asked)
      expect(most).toBeLessThanOrEqual(64)
      await transport[Symbol.asyncDispose]()
      await expect.poll(() => open).toBe(0)
      server.close()
    })

    test('disposal waits for requests in progress and leaves no socket and no timer', async () => {
      const before = countHandles()
      const { promise: mayRespond, resolve: respondNow } = Promise.withResolvers<void>()
      await using server = await startRawServer(async (connection) => {
        await connection.request()
        await mayRespond
        await connection.write(respond('{"data":1}'))
      })
      const transport = create(100)
      const asked = [transport.send(query(server.url)), transport.send(mutation(server.url))]
      await expect.poll(() => server.connections.length).toBeGreaterThan(1)
      const disposed = transport[Symbol.asyncDispose]()
      await expect(transport.send(query(server.url))).rejects.toMatchObject({ kind: 'unreachable' })
      respondNow()
      expect(await Promise.all(asked)).toMatchObject([{ text: '{"data":1}' }, { text: '{"data":1}' }])
      await disposed
      await closedAll(server.connections)
      const after = countHandles()
      // undici keeps one of its own timers for a while.
      expect(after.sockets).toBe(before.sockets)
      expect(after.timers).toBeLessThanOrEqual(before.timers + (own ? 0 : 1))
    })

    test('disposal works if the transport is unused or idle', async () => {
      await create(100)[Symbol.asyncDispose]()
      await using server = await startRawServer(serveAll)
      const transport = create(100)
      await transport.send(query(server.url))
      await transport[Symbol.asyncDispose]()
      await closedAll(server.connections)
      expect(server.open()).toBe(0)
      await transport[Symbol.asyncDispose]()
    })
  })
})

/** Counts handles of this process: connections as a client or server, and timers that keep the process alive. */
function countHandles() {
  const count = (kind: string) => process.getActiveResourcesInfo().filter((one) => one === kind).length
  return { sockets: count('TCPSocketWrap'), timers: count('Timeout') }
}
