import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/** One connection that a client opened to a server which knows nothing of HTTP but what a test makes it write. */
export type RawConnection = {
  socket: Socket
  /** Resolves to the next whole request, its head and body. */
  request(): Promise<string>
  /** Writes each part by itself; as far as the network keeps them apart. */
  write(...parts: (string | Uint8Array)[]): Promise<void>
  /** Breaks it with an RST. */
  reset(): void
  closed: Promise<unknown>
}
export type RawServer = AsyncDisposable & {
  url: string
  port: number
  /** Of all connections, in the order in which they were opened. */
  connections: RawConnection[]
  /** Connections that are open now. */
  open(): number
}

/** @param serve what is done with each connection; `n` counts them from 0 */
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
  // The other side has ended: so do we, once what was read of it is served.
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

/** 0 while it is not whole. */
function sizeOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n') + 4
  if (head < 4) return 0
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, head))?.[1] ?? 0)
  return text.length >= head + length ? head + length : 0
}

/** An answer of status 200 with its length. */
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
