import { isJsonType } from '../json-type.ts'
import type { IncomingHttpHeaders } from 'node:http'

/** The head of an unambiguous request. */
export type PostHead = {
  /** In the format of node:http. */
  headers: IncomingHttpHeaders
  /** Length of the body, in bytes. */
  length: number
}

/** A value cannot begin with white space. So a field can match in only one way, and a mismatch takes linear time. */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*((?:[\x21-\x7e][\t\x20-\x7e]*)?)$/
const LENGTH = /^\d{1,9}$/

/** Fields that change how a message is read, or that node:http treats specially, such as `set-cookie` and `expect`. */
const NOT_PLAIN: ReadonlySet<string> = new Set([
  '__proto__',
  'content-encoding',
  'expect',
  'http2-settings',
  'proxy-connection',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * Parses the head of an HTTP/1.1 POST of JSON to `path`, with a body of known length, on a keep-alive connection. Returns
 * null for everything else. A field must not be repeated or folded, and must not contain characters outside of ASCII.
 *
 * @param text the head without the empty line
 */
export function readPostHead(text: string, path: string): PostHead | null {
  const [line, ...fields] = text.split('\r\n')
  if (line !== `POST ${path} HTTP/1.1`) return null
  const headers: IncomingHttpHeaders = {}
  for (const field of fields) {
    const match = FIELD.exec(field)
    const name = match?.[1]?.toLowerCase()
    if (!match || name === undefined || NOT_PLAIN.has(name) || headers[name] !== undefined) return null
    headers[name] = match[2]?.trimEnd() ?? ''
  }
  const {
    host,
    connection = 'keep-alive',
    'content-type': type = '',
    'content-length': length = '',
  } = headers
  const isPlain =
    !!host && connection.toLowerCase() === 'keep-alive' && isJsonType(type) && LENGTH.test(length)
  return isPlain ? { headers, length: Number(length) } : null
}
