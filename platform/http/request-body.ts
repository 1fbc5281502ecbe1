import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { callbackify } from 'node:util'
import { errorCodes, type FastifyInstance, type FastifyRequest } from 'fastify'
import { CODINGS_READ, decodeBody, readCodings, type Coding } from './content-coding.ts'
import { RequestRefusal } from './request-refusal.ts'

/** A refused body of up to this size is still read to its end, so that the connection can stay open. Bytes. */
const MAX_LEFT = 65_536

/**
 * Decodes compressed request bodies, and refuses bodies that could be misread. JSON is UTF-8 (RFC 8259, section 8.1), so
 * another charset and invalid UTF-8 are refused, not converted. The connection is closed if a response is sent before a long
 * body has arrived.
 *
 * @param bodyLimit maximum size of a body before and after decompression, in bytes
 */
export function requestBodies(app: FastifyInstance, bodyLimit: number): void {
  // With a callback, a refusal is written in the turn that reads the request, before a following request is parsed.
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { headers, method } = request
    if (method === 'GET' || method === 'HEAD') return done(null, payload)
    const refusal = refusalOf(headers['content-type'], headers['transfer-encoding'])
    if (refusal) return done(refusal)
    const encoding = headers['content-encoding']
    if (encoding === undefined) return done(null, payload)
    const read = readCodings(encoding)
    if (!read.ok) {
      // In a response with status 415, this header lists the supported codings (RFC 9110, section 12.5.3).
      reply.header('accept-encoding', CODINGS_READ)
      const message = `The body has the content encoding ${JSON.stringify(read.unknown)}, which is not supported. Use ${CODINGS_READ}, or send it uncompressed.`
      return done(new RequestRefusal(415, message))
    }
    if (read.codings.length === 0) return done(null, payload)
    return callbackify(decoded)(request, payload, read.codings, bodyLimit, done)
  })

  // Otherwise the rest of a refused or unused body would be read to its end.
  app.addHook('onSend', ({ raw, headers }, reply, _payload, done) => {
    if (!raw.complete && mayBeLong(headers)) reply.header('connection', 'close')
    done()
  })

  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes: Buffer, done) => {
    if (!isUtf8(bytes))
      return done(new RequestRefusal(400, 'The body is not UTF-8. Send JSON encoded as UTF-8.'))
    const text = bytes.toString()
    texts.set(request, text)
    void parse(request, text, done)
  })
}

/** Texts of JSON bodies. An entry exists as long as its request. */
const texts = new WeakMap<FastifyRequest, string>()

/** The JSON text of a request's body. Undefined if the body is not JSON. */
export function bodyText(request: FastifyRequest): string | undefined {
  return texts.get(request)
}

function mayBeLong({
  'content-length': length,
  'transfer-encoding': encoding,
}: IncomingHttpHeaders): boolean {
  return encoding !== undefined || Number(length ?? 0) > MAX_LEFT
}

/** @throws RequestRefusal, or fastify's own error if the body is too large */
async function decoded(
  request: FastifyRequest,
  payload: Readable,
  codings: readonly Coding[],
  limit: number,
): Promise<Readable> {
  const encoded = await collect(request, payload, limit)
  const body = await decodeBody(encoded, codings, limit)
  if (body.ok) return bodyOf(body.bytes, encoded.length)
  const { fault } = body
  if (fault.kind === 'too-large') throw new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE()
  const message = `The body is not valid ${fault.coding}, though its content-encoding says so. It may be truncated.`
  throw new RequestRefusal(400, message, fault.cause)
}

function refusalOf(type: string | undefined, transferEncoding: string | undefined): RequestRefusal | null {
  const charset = charsetOf(type)
  if (charset !== null && !/^utf-?8$/i.test(charset)) {
    const given = JSON.stringify(charset.slice(0, 40))
    return new RequestRefusal(
      415,
      `The body has the charset ${given}, which is not supported. Send JSON encoded as UTF-8.`,
    )
  }
  if (transferEncoding !== undefined && transferEncoding.toLowerCase() !== 'chunked') {
    const given = JSON.stringify(transferEncoding.slice(0, 40))
    return new RequestRefusal(
      501,
      `The transfer encoding ${given} is not supported. Use chunked, or content-length.`,
    )
  }
  return null
}

/** The parameter `charset` of a media type. Null if there is none. */
function charsetOf(type: string | undefined): string | null {
  if (type === undefined || !type.includes(';')) return null
  for (const parameter of type.split(';').slice(1)) {
    const equals = parameter.indexOf('=')
    if (parameter.slice(0, equals).trim().toLowerCase() !== 'charset') continue
    const value = parameter.slice(equals + 1).trim()
    return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
  }
  return null
}

/** Reads the bytes of a body as received. Rejects if they exceed the limit. */
function collect({ headers }: FastifyRequest, payload: Readable, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(headers['content-length']) > limit) return reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer) => {
      size += chunk.length
      if (size <= limit) return void chunks.push(chunk)
      payload.off('data', onData)
      reject(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
    }
    payload
      .on('data', onData)
      .on('end', () => resolve(Buffer.concat(chunks, size)))
      .on('error', (error) => reject(new RequestRefusal(400, 'The body ended too early.', error)))
  })
}

/** The decoded body for fastify, which compares `receivedEncodedLength` with `content-length`. */
function bodyOf(bytes: Buffer, receivedEncodedLength: number): Readable & { receivedEncodedLength: number } {
  return Object.assign(Readable.from(bytes.length > 0 ? [bytes] : []), { receivedEncodedLength })
}
