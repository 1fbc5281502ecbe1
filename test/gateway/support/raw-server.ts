import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/** A client's connection to a server that does not implement HTTP. The test writes all bytes of the server. */
export type RawConnection = {
  socket: Socket
  /** Resolves to the next complete request: its head and body. */
  request(): Promise<string>
  /** Writes each part separately, as far as the network keeps the parts separate. */
  write(...parts: (string | Uint8Array)[]): Promise<void>
  /** Resets the connection with an RST. */
  reset(): void
  closed: Promise<unknown>
}
export type RawServer = AsyncDisposable & {
  url: string
  port: number
  /** All connections, in the order in which they were opened. */
  connections: RawConnection[]
  /** The number of connections that are open now. */
  open(): number
}

/** @param serve handles each connection. `n` counts connections from 0. */
export async function startRawServer(
  serve: (connection: RawConnection, n: number) => unknown,
  host = '127.0.0.1',
): Promise<RawServer> {
  const connections: RawConnection[] = []
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const connection = rawConnection(socket)
    connections.push(connection)
    void Promise.resolve(serve(connection, connections.length - 1)).catch(() => socket.destroy())
  })
  server.listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/graphql`,
    port,
    connections,
    open: () => connections.filter(({ socket }) => !socket.destroyed).length,
    async [Symbol.asyncDispose]() {
      for (const { socket } of connections) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function rawConnection(socket: Socket): RawConnection {
  let received = ''
  socket.setEncoding('latin1')
  socket.on('error', () => {})
  socket.on('data', (text: string) => (received += text))
  // The client has ended the connection, so the server ends it too.
  socket.on('end', () => socket.end())
  const closed = new Promise((resolve) => socket.once('close', resolve))
  return {
    socket,
    closed,
    async request() {
      for (;;) {
        const size = sizeOfRequest(received)
        if (size > 0) {
          const request = received.slice(0, size)
          received = received.slice(size)
          return request
        }
        await Promise.race([once(socket, 'data'), closed.then(() => Promise.reject(new Error('closed')))])
      }
    },
    async write(...parts) {
      for (const part of parts) {
        if (socket.destroyed) return
        await new Promise((resolve) =>
          socket.write(part, typeof part === 'string' ? 'latin1' : 'utf8', resolve),
        )
        await setImmediate()
      }
    },
    reset() {
      socket.resetAndDestroy()
    },
  }
}

/** The size of the first request in characters. 0 if it is not complete. */
function sizeOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n') + 4
  if (head < 4) return 0
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1] ?? 0)
  return text.length >= head + length ? head + length : 0
}

/** A response with status 200 and its length. */
export function respond(body: string, ...fields: string[]): string {
  const bytes = Buffer.from(body).toString('latin1')
  const head = [
    'HTTP/1.1 200 OK',
    'content-type: application/json',
    `content-length: ${bytes.length}`,
    ...fields,
  ]
  return `${head.join('\r\n')}\r\n\r\n${bytes}`
}
