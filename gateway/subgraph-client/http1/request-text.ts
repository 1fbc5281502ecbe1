import { REQUEST_ID_HEADER } from '../../../platform/http/request-id.ts'
import { credentialsOf, type Endpoint } from '../endpoint.ts'
import type { HttpCall } from '../transport.ts'

/** Header fields for framing and routing. Only this client writes them. */
const OURS = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'expect',
  'upgrade',
  'trailer',
])

const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** Characters that a value must not contain. A line break would begin another field. */
const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/

/** A cache of the texts of header objects. Because of it, those objects must not be changed. */
const written = new WeakMap<HttpCall['headers'], string>()

/**
 * The text of a complete request, one character for each byte. Characters of the body beyond ASCII are encoded in UTF-8.
 *
 * @throws TypeError if a header is invalid
 */
export function requestText(endpoint: Endpoint, { method, headers, body, requestId }: HttpCall): string {
  const credentials = credentialsOf(endpoint, headers)
  const head =
    `${method} ${endpoint.path} HTTP/1.1\r\nhost: ${endpoint.authority}\r\n` +
    (credentials === null ? '' : `authorization: ${credentials}\r\n`) +
    fieldsText(headers) +
    (requestId === undefined ? '' : `${REQUEST_ID_HEADER}: ${requestId}\r\n`)
  if (body === undefined) return `${head}\r\n`
  const length = Buffer.byteLength(body)
  return `${head}content-length: ${length}\r\n\r\n${length === body.length ? body : Buffer.from(body).toString('latin1')}`
}

function fieldsText(headers: HttpCall['headers']): string {
  const known = written.get(headers)
  if (known !== undefined) return known
  let text = ''
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name) || OURS.has(name.toLowerCase())) {
      throw new TypeError(`${JSON.stringify(name)} is not a header that can be set`)
    }
    if (FORBIDDEN.test(value))
      throw new TypeError(`the value of the header ${name} has characters that cannot be sent`)
    text += `${name}: ${value}\r\n`
  }
  written.set(headers, text)
  return text
}
