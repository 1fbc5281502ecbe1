import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib'

/** Supported codings of a body (RFC 9110, section 8.4.1; RFC 8878 for zstd). */
const KNOWN = ['gzip', 'deflate', 'br', 'zstd'] as const
export type Coding = (typeof KNOWN)[number]

/** Value of `accept-encoding` in requests, and in responses with status 415. */
export const CODINGS_READ = 'gzip, br, zstd, deflate'

/** Maximum number of codings applied to one body. */
const MAX_CODINGS = 3

/** The codings of a body in the order in which they were applied, or an unsupported coding. */
export type BodyCodings = { ok: true; codings: readonly Coding[] } | { ok: false; unknown: string }

/** Parses a `content-encoding`. `identity` is ignored. `x-gzip` is `gzip` (RFC 9110, section 8.4.1.3). */
export function readCodings(header: string): BodyCodings {
  const names = header
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity')
    .map((name) => (name === 'x-gzip' ? 'gzip' : name))
  const unknown = names.find((name) => !(KNOWN as readonly string[]).includes(name))
  if (unknown !== undefined) return { ok: false, unknown: unknown.slice(0, 40) }
  if (names.length > MAX_CODINGS) return { ok: false, unknown: names.join(', ').slice(0, 40) }
  return { ok: true, codings: names as Coding[] }
}

/** The reason why a body cannot be decoded: it exceeds the limit at some stage, or it is not valid for a coding. */
export type DecodingFault = { kind: 'too-large' } | { kind: 'corrupt'; coding: Coding; cause: unknown }
export type Decoded = { ok: true; bytes: Buffer } | { ok: false; fault: DecodingFault }

/**
 * Decodes a body, outside of the event loop. Each stage produces at most `limit` bytes, so a small body that would decode
 * to a huge one costs no more than a body at the limit. An empty body stays empty, whatever its codings.
 */
export async function decodeBody(
  encoded: Buffer,
  codings: readonly Coding[],
  limit: number,
): Promise<Decoded> {
  let bytes = encoded
  for (const coding of codings.toReversed()) {
    if (bytes.length === 0) break
    try {
      bytes = await decode(bytes, coding, { maxOutputLength: limit })
    } catch (cause) {
      const isTooLarge = (cause as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE'
      return { ok: false, fault: isTooLarge ? { kind: 'too-large' } : { kind: 'corrupt', coding, cause } }
    }
  }
  return { ok: true, bytes }
}

function decode(bytes: Buffer, coding: Coding, options: { maxOutputLength: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, decoded: Buffer) => (error ? reject(error) : resolve(decoded))
    // Otherwise bytes after the end are dropped silently. gunzip rejects them anyway; this option would forbid more members too.
    const whole = { ...options, rejectGarbageAfterEnd: true }
    if (coding === 'gzip') gunzip(bytes, options, done)
    else if (coding === 'br') brotliDecompress(bytes, whole, done)
    else if (coding === 'zstd') zstdDecompress(bytes, whole, done)
    else if (hasZlibHeader(bytes)) inflate(bytes, whole, done)
    else inflateRaw(bytes, whole, done)
  })
}

/** `deflate` is the zlib format (RFC 1950), but some servers send raw deflate data, as older browsers expected. */
function hasZlibHeader([method = 0, flags = 0]: Buffer): boolean {
  return (method & 0x0f) === 8 && (method * 256 + flags) % 31 === 0
}
