import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'
import { promisify } from 'node:util'
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib'
import type { HttpResponse } from './http-response.ts'

/** Smaller responses are not compressed: they fit into one packet. Bytes. */
export const COMPRESSED_FROM = 1_024

/** Up to this size, synchronous compression blocks the event loop for less time than passing the work to a thread. Bytes. */
const AT_ONCE = 16_384

/** Maximum responses that threads compress at the same time. Others are sent uncompressed, which is faster than waiting. */
const MAX_ELSEWHERE = 8

/** Low levels: for JSON of 2 to 90 kB, higher ones save little and take twice the time (ADR 0014). */
const GZIP = { level: 3 }
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 2, [constants.BROTLI_PARAM_LGWIN]: 18 } }

const CODINGS = {
  br: {
    now: (bytes: Buffer) => brotliCompressSync(bytes, BROTLI),
    elsewhere: (bytes: Buffer) => promisify(brotliCompress)(bytes, BROTLI),
  },
  gzip: {
    now: (bytes: Buffer) => gzipSync(bytes, GZIP),
    elsewhere: (bytes: Buffer) => promisify(gzip)(bytes, GZIP),
  },
}
type Coding = keyof typeof CODINGS

/** Longer `Accept-Encoding` headers are ignored, because parsing them takes time. Browsers send about 30 characters. */
const LONGEST_HEADER = 1_000

/** The number of `Accept-Encoding` headers that are remembered with the chosen coding. Clients send few different ones. */
const REMEMBERED = 500
const chosen = new LRUCache<string, { coding: Coding | null }>({ max: REMEMBERED })
let elsewhere = 0

/** The second parameter, our order of preference, is missing in the types of the library. */
type Negotiating = { encoding(available: string[], options: { preferred: string[] }): string | undefined }

/** The coding of the response for an `Accept-Encoding` header. Null if it is not compressed. */
export function chooseCoding(acceptEncoding: string): Coding | null {
  if (acceptEncoding.length > LONGEST_HEADER) return null
  const known = chosen.get(acceptEncoding)
  if (known) return known.coding
  const headers = { 'accept-encoding': acceptEncoding.replaceAll(/x-gzip/gi, 'gzip') }
  const negotiator: Negotiating = new Negotiator({ headers })
  const coding = negotiator.encoding(['br', 'gzip', 'identity'], { preferred: ['br', 'gzip'] })
  const usable = coding === 'br' || coding === 'gzip' ? coding : null
  chosen.set(acceptEncoding, { coding: usable })
  return usable
}

/** Compresses a response if the client accepts it. */
export async function compressResponse(
  response: HttpResponse,
  acceptEncoding: string,
): Promise<HttpResponse> {
  const coding = response.text.length < COMPRESSED_FROM ? null : chooseCoding(acceptEncoding)
  if (coding === null) return response
  const bytes = Buffer.from(response.text)
  if (bytes.length <= AT_ONCE) return withBytes(response, coding, CODINGS[coding].now(bytes))
  if (elsewhere >= MAX_ELSEWHERE) return response
  elsewhere++
  try {
    return withBytes(response, coding, await CODINGS[coding].elsewhere(bytes))
  } finally {
    elsewhere--
  }
}

function withBytes({ status, headers, text }: HttpResponse, coding: Coding, bytes: Buffer): HttpResponse {
  return { status, headers: [...headers, 'content-encoding', coding], text, bytes }
}
