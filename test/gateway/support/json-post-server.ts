import type { FastifyInstance } from 'fastify'
import { EventEmitter, once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createCancellation } from '../../../platform/cancellation.ts'
import type { JsonPost, PostedJson } from '../../../platform/http/json-post-server/connection.ts'
import { replyWith, serveJsonPosts } from '../../../platform/http/json-post-server/serve.ts'
import { createHttpServer, listen, type HttpServerOptions } from '../../../platform/http/server.ts'
import { transportErrors } from '../../../platform/http/transport-errors.ts'
import { createLog } from '../../../platform/log.ts'
import { watchConnections, type Watched } from './settled.ts'

/** Maximum size of a body, in bytes. */
export const LIMIT = 1_000
export const BODY = JSON.stringify({ query: '{ a }', text: 'ä'.repeat(20) })

export type Served = AsyncDisposable &
  Watched & {
    app: FastifyInstance
    port: number
    posted: PostedJson[]
    /** For each request, whether its client has disconnected. */
    gone: boolean[]
    /** Responses wait for this promise. */
    gate: Promise<void>
    /** Emits `connection` for each connection that node:http gets. */
    handedOver: EventEmitter
  }

/** Starts an echo server. If `direct`, it serves plain POSTs on the socket. Otherwise the router serves all requests. */
export async function serve(direct: boolean, options: HttpServerOptions = {}): Promise<Served> {
  const app = createHttpServer(createLog('test', { LOG_LEVEL: 'silent' }), { bodyLimit: LIMIT, ...options })
  transportErrors(app)
  const post: JsonPost = {
    path: '/graphql',
    bodyLimit: LIMIT,
    accepts: ({ origin }) => origin === undefined,
    async respond(asked, cancellation) {
      const at = served.posted.push(asked) - 1
      served.gone[at] = false
      cancellation.onCancel(() => (served.gone[at] = true))
      await served.gate
      const { body, headers } = asked
      const large = 'x'.repeat((body as { large?: number }).large ?? 0)
      return {
        status: 201,
        headers: ['content-type', 'application/json; charset=utf-8', 'x-kind', 'test'],
        text: JSON.stringify({ echo: body, x: headers['x-a'], large }),
      }
    },
  }
  const handedOver = new EventEmitter()
  app.server.on('connection', (socket: Socket) => handedOver.emit('connection', socket))
  if (direct) serveJsonPosts(app, post)
  app.post(post.path, async ({ headers, body, id }, reply) =>
    replyWith(reply, await post.respond({ headers, body, id }, createCancellation())),
  )
  const server = await listen(app, '127.0.0.1', 0)
  const served: Served = {
    ...watchConnections(app.server),
    handedOver,
    app,
    port: Number(new URL(server.url).port),
    posted: [],
    gone: [],
    gate: Promise.resolve(),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
  return served
}

export type Client = Awaited<ReturnType<typeof open>>

/** The bytes of a POST of JSON. */
export function request(
  body = BODY,
  fields: readonly string[] = [],
  line = 'POST /graphql HTTP/1.1',
): string {
  const length = `content-length: ${Buffer.byteLength(body)}`
  return `${[line, 'host: a', 'content-type: application/json', length, ...fields].join('\r\n')}\r\n\r\n${body}`
}

/** A client that keeps the text it has read. `answers` omits fields that always differ: dates and request ids. */
export async function open({ port }: Pick<Served, 'port'>) {
  const socket: Socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  let text = ''
  let closed = false
  socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')))
  socket.on('close', () => (closed = true))
  socket.on('error', () => {})
  return {
    socket,
    get closed() {
      return closed
    },
    get text() {
      return text
    },
    /** Responses with heads in lower case and sorted fields. */
    get answers() {
      const responses = text === '' ? [] : text.split(/(?=HTTP\/1\.1 )/)
      return responses.map((response) => {
        const [head = '', ...body] = response.split('\r\n\r\n')
        const [line, ...fields] = head.toLowerCase().split('\r\n')
        return [
          line,
          ...fields.filter((field) => !/^(?:date|x-request-id): /.test(field)).toSorted(),
          ...body,
        ]
      })
    },
  }
}
