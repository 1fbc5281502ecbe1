import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { namesHost } from './address.ts'
import { clientOf } from './client-gone.ts'
import type { AnswerRequest, HttpAnswer } from './http-answer.ts'

/** Parses a request's body as the full path does; throws when it is not to be accepted. */
export type ParseBody = (text: string) => unknown

export type DoorOptions = { answer: AnswerRequest; parse: ParseBody; bodyLimit: number }

/** Gives the body of a request that came through the door and was read there. */
export type BodyOf = (request: IncomingMessage) => Readable | null

/**
 * The shortest way in: requests of programs (browsers name their `Origin`, and need CORS) with a body of known length
 * are answered on node:http itself. All else, and bodies that are not to be accepted, go to the server behind.
 */
export function installDoor(server: Server, { answer, parse, bodyLimit }: DoorOptions): BodyOf {
  const bodies = new WeakMap<IncomingMessage, Buffer>()
  const behind = server.listeners('request') as RequestListener[]
  let lastId = 0

  function enter(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const parsed = parsedBody(body, parse)
    if (parsed === undefined) {
      bodies.set(request, body)
      return goBehind(request, response)
    }
    const { method = '', url = '', headers } = request
    const asked = { method, url, headers, body: parsed, id: `post-${++lastId}` }
    answer(asked, clientOf(response))
      .then((answered) => send(response, answered, server.listening))
      // Nothing that is known leads here; without an answer the client would wait for ever.
      .catch(() => response.destroy())
  }

  function goBehind(request: IncomingMessage, response: ServerResponse): void {
    for (const listener of behind) listener(request, response)
  }

  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    // A server that is closing says so on each connection, which the one behind knows how to.
    if (!isFit(request, bodyLimit) || !server.listening) return goBehind(request, response)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => void chunks.push(chunk))
    request.once('end', () => enter(request, response, joined(chunks)))
  })
  return (request) => {
    const body = bodies.get(request)
    return body ? Readable.from([body]) : null
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  return first && chunks.length === 1 ? first : Buffer.concat(chunks)
}

function isFit({ method, url, headers }: IncomingMessage, bodyLimit: number): boolean {
  const length = headers['content-length']
  return (
    method === 'POST' &&
    url === '/graphql' &&
    headers.origin === undefined &&
    length !== undefined &&
    Number(length) <= bodyLimit &&
    headers['content-encoding'] === undefined &&
    namesHost(headers.host)
  )
}

function parsedBody(body: Buffer, parse: ParseBody): unknown {
  try {
    return parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function send(response: ServerResponse, { status, headers, text }: HttpAnswer, keep: boolean): void {
  response.shouldKeepAlive &&= keep
  const length = Buffer.byteLength(text)
  response.writeHead(status, ['vary', 'Origin', ...headers, 'content-length', String(length)])
  // Text of ASCII alone is the same in both encodings, and cheaper to write in this one.
  response.end(text, length === text.length ? 'latin1' : 'utf8')
}
