import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Server, Socket } from 'node:net'
import { setImmediate } from 'node:timers/promises'

/** After this many turns of the event loop without any change, nothing is in progress. */
const CALM = 3

/** Observes the server's side of each connection. */
export type Watched = {
  /** The server's end of a client's connection. */
  endOf(client: Socket): Socket | undefined
  /**
   * Resolves when the server has read all bytes of the client and has sent its responses, and the client has read them. A
   * request without a response then waits for more bytes.
   */
  settled(client: Socket): Promise<void>
}

/** Observes a server in this process. Both ends of each connection are in this process, so no timers are needed. */
export function watchConnections(server: Server): Watched {
  const ends = new Map<number, Socket>()
  const requests = new Map<Socket, Set<IncomingMessage>>()
  server.on('connection', (socket: Socket) => {
    const port = socket.remotePort ?? 0
    ends.set(port, socket)
  })
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const open = requests.get(request.socket) ?? new Set()
    requests.set(request.socket, open.add(request))
    response.once('close', () => open.delete(request))
  })
  const endOf = (client: Socket) => ends.get(client.localPort ?? 0)

  function isCalm(client: Socket): boolean {
    if (client.closed) return true
    const end = endOf(client)
    if (!end || end.destroyed || end.writableEnded) return false
    const worked = [...(requests.get(end) ?? [])].every(({ complete }) => !complete)
    return worked && end.bytesRead === client.bytesWritten && client.bytesRead === end.bytesWritten
  }

  return {
    endOf,
    async settled(client) {
      for (let calm = 0; calm < CALM; calm = isCalm(client) ? calm + 1 : 0) await setImmediate()
    },
  }
}
