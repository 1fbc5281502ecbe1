import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { FACETS_HEADER } from '../../contracts/facets.ts'
import { systemClock } from '../../platform/clock.ts'
import { messageReader } from './http-messages.ts'
import { memoise, toResponse, type Counts, type SubgraphDefinition } from './memo.ts'
import { startTickLog, type TickLog } from './tick-log.ts'

export type MemoisedSubgraph = AsyncDisposable & { name: string; url: string; counts: Counts }

/**
 * Serves a subgraph from its memo over plain TCP sockets. node:http would take more time than some gateways spend on a
 * fetch, and would distort the measurement. Keep-alive and pipelining work. Every POST is treated as a GraphQL request. A GET reads the change log,
 * which has no events.
 */
export async function serveMemo(definition: SubgraphDefinition): Promise<MemoisedSubgraph> {
  const memo = memoise(definition)
  const log = startTickLog(systemClock)
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A gateway that exits resets its connections.
    socket.on('error', () => socket.destroy())
    respondToAll(socket, (head, body) => {
      if (head.startsWith('GET ')) return readLog(log, head)
      const answer = memo.respond(body, head.includes(FACETS))
      return answer instanceof Promise ? answer.then(({ bytes }) => bytes) : answer.bytes
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    name: definition.name,
    url: `http://127.0.0.1:${port}/graphql`,
    counts: memo.counts,
    async [Symbol.asyncDispose]() {
      log[Symbol.dispose]()
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

/** Header in a request that asks for facets. */
const FACETS = `\r\n${FACETS_HEADER}:`

/** `GET /log` and `GET /log/end`, as services have them. */
async function readLog(log: TickLog, head: string): Promise<Buffer> {
  const { pathname, searchParams } = new URL(head.split(' ')[1] ?? '', 'http://localhost')
  return toResponse(JSON.stringify(pathname === '/log/end' ? log.end() : await log.read(searchParams)))
}

/** Responds to the requests of a connection in order. While one is executed, the requests after it wait. */
function respondToAll(
  socket: Socket,
  respond: (head: string, body: Buffer) => Buffer | Promise<Buffer>,
): void {
  let last: Promise<void> | null = null
  const write = (bytes: Buffer, head: string) => {
    if (socket.destroyed) return
    socket.write(bytes)
    if (/\r\nconnection: *close/i.test(head)) socket.end()
  }
  const read = messageReader((head, body) => {
    const made = respond(head, body)
    if (last === null && !(made instanceof Promise)) return write(made, head)
    const turn: Promise<void> = Promise.all([made, last])
      .then(([ready]) => write(ready, head))
      .catch((error: unknown) => {
        socket.destroy(error instanceof Error ? error : new Error(String(error)))
      })
      .finally(() => {
        if (last === turn) last = null
      })
    last = turn
  })
  socket.on('data', (chunk: Buffer) => {
    socket.cork()
    read(chunk)
    socket.uncork()
  })
}
