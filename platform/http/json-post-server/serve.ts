import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Socket } from 'node:net'
import { JsonPostConnection, type ConnectionHost, type JsonPost } from './connection.ts'
import type { PostResponse } from './write-response.ts'

/** Interval of the check for idle connections, in milliseconds. */
const SWEEP_MS = 500

/**
 * Handles plain, valid POSTs of JSON directly on the socket. This saves most of the cost of node:http and the router. If
 * anything else arrives on a connection, the connection is handed over to node:http, with the bytes read so far. So the rest
 * of HTTP and all refusals are in one place. `app` must serve the same path.
 */
export function serveJsonPosts(app: FastifyInstance, post: JsonPost): void {
  const { server } = app
  const behind = server.listeners('connection') as ((socket: Socket) => void)[]
  const connections = new Set<JsonPostConnection>()
  let closing = false

  const host: ConnectionHost = {
    ...post,
    parse: bodyParser(app),
    isClosing: () => closing,
    keepAliveMs: () => server.keepAliveTimeout,
    unreadMs: () => server.requestTimeout,
    onClosed: (connection) => void connections.delete(connection),
    refuseCut: (socket) => void server.emit('clientError', cutShort(), socket),
    handOver(socket, bytes) {
      socket.pause()
      socket.unshift(bytes)
      for (const listener of behind) listener.call(server, socket)
      socket.resume()
    },
  }

  server.removeAllListeners('connection')
  server.on('connection', (socket: Socket) => {
    if (!closing) connections.add(new JsonPostConnection(socket, host))
    else for (const listener of behind) listener.call(server, socket)
  })
  const sweep = setInterval(() => {
    for (const connection of connections) connection.grow(SWEEP_MS)
  }, SWEEP_MS).unref()
  server.once('close', () => clearInterval(sweep))
  app.addHook('preClose', async () => {
    closing = true
    for (const connection of connections) connection.closeIdle()
  })
}

/** Sends a response through the router. */
export function replyWith(reply: FastifyReply, { status, headers, text, bytes }: PostResponse): FastifyReply {
  for (let i = 0; i < headers.length; i += 2) reply.header(String(headers[i]), headers[i + 1])
  return reply.code(status).send(bytes ?? text)
}

/** The error that node:http reports in this case. */
function cutShort(): Error {
  return Object.assign(new Error('Parse Error'), {
    code: 'HPE_INVALID_EOF_STATE',
    reason: 'Invalid EOF state',
  })
}

/** The router's own JSON parser. It also refuses keys that could change prototypes. */
function bodyParser(app: FastifyInstance): (text: string) => unknown {
  const parse = app.getDefaultJsonParser('error', 'error')
  return (text) => {
    let parsed: unknown
    // The parser does not use the request, and calls back before it returns.
    void parse(undefined as never, text, (error, body: unknown) => {
      if (error) throw error
      parsed = body
    })
    return parsed
  }
}
