import type { FastifyInstance } from 'fastify'
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http'

export type Posted = { headers: IncomingHttpHeaders; body: unknown; id: string }
/** `text` is JSON. */
export type PostAnswer = { status: number; headers: Readonly<Record<string, string>>; text: string }

export type JsonPost = {
  path: string
  /** Largest body, in bytes. */
  bodyLimit: number
  /** Never rejects. */
  answer: (posted: Posted) => Promise<PostAnswer>
}

const JSON_TYPE = 'application/json; charset=utf-8'

/**
 * Serves a POST of JSON. A request that is plain and right is answered on node:http itself, which spares half of what
 * the way through the router costs; all others take that way, so every refusal is made in one place.
 */
export function serveJsonPost(app: FastifyInstance, post: JsonPost): void {
  const { path, answer } = post
  app.post(path, async ({ headers, body, id }, reply) => {
    const answered = await answer({ headers, body, id })
    return reply.code(answered.status).headers(answered.headers).type(JSON_TYPE).send(answered.text)
  })
  const { server } = app
  const router = server.listeners('request') as RequestListener[]
  const parse = bodyParser(app)
  let lastId = 0

  async function enter(request: IncomingMessage, response: ServerResponse, text: string): Promise<void> {
    const { headers } = request
    const body = parse(request, text)
    // The body is read, so the router gets the request told again.
    if (body === undefined) return refuse(app, path, headers, text, response)
    const answered = await answer({ headers, body, id: `post-${++lastId}` })
    send(response, answered, server.listening)
  }

  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // A server that is closing says so on each connection, which the router knows how to.
    if (!server.listening || !isPlain(request, post)) {
      for (const listener of router) listener(request, response)
      return
    }
    readText(request, (text) => void enter(request, response, text).catch(() => response.destroy()))
  })
}

/** Whether it is a request for this place whose body can be read without further ado. */
function isPlain({ method, url, headers }: IncomingMessage, { path, bodyLimit }: JsonPost): boolean {
  return (
    method === 'POST' &&
    url === path &&
    headers['content-type'] === 'application/json' &&
    headers['content-encoding'] === undefined &&
    Number(headers['content-length']) <= bodyLimit
  )
}

/** A client that goes away before the end is of no interest to anybody any more. */
function readText(request: IncomingMessage, done: (text: string) => void): void {
  let first: Buffer | null = null
  let more: Buffer[] | null = null
  request.on('data', (chunk: Buffer) => {
    if (first === null) first = chunk
    else (more ??= [first]).push(chunk)
  })
  request.on('end', () => done((more ? Buffer.concat(more) : (first ?? '')).toString()))
}

/** The router's own parser, which also refuses `__proto__`; undefined when it refuses. */
function bodyParser(app: FastifyInstance): (request: IncomingMessage, text: string) => unknown {
  const parse = app.getDefaultJsonParser('error', 'error') as unknown as (
    request: IncomingMessage,
    text: string,
    done: (error: Error | null, body?: unknown) => void,
  ) => void
  return (request, text) => {
    let parsed: unknown
    parse(request, text, (error, body) => (parsed = error ? undefined : body))
    return parsed
  }
}

async function refuse(
  app: FastifyInstance,
  url: string,
  headers: IncomingHttpHeaders,
  payload: string,
  response: ServerResponse,
): Promise<void> {
  const refusal = await app.inject({ method: 'POST', url, headers, payload })
  response.writeHead(refusal.statusCode, refusal.headers)
  response.end(refusal.payload)
}

function send(response: ServerResponse, { status, headers, text }: PostAnswer, keepOpen: boolean): void {
  response.shouldKeepAlive &&= keepOpen
  response.writeHead(status, {
    'content-type': JSON_TYPE,
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}
