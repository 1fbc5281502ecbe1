import { isJsonType } from '../json-type.ts'
import type { IncomingHttpHeaders } from 'node:http'

/** The head of a request whose meaning nobody could doubt. */
export type PostHead = {
  /** As node:http gives them. */
  headers: IncomingHttpHeaders
  /** Bytes of the body. */
  length: number
}

/** A value does not begin with white space, so there is one way to read a field, and refusing it takes linear time. */
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[\t ]*((?:[\x21-\x7e][\t\x20-\x7e]*)?)$/
const LENGTH = /^\d{1,9}$/

/** Fields that change how a message is read, or that node:http knows how to repeat or to answer. */
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
 * Reads the head of a POST of JSON to a path, by HTTP/1.1, with a body of known length, on a connection that stays. Null for
 * everything else: no field may come twice, nor be folded, nor have characters beyond ASCII.
 *
 * @param text without the empty line
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
