import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'
import { promisify } from 'node:util'
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib'
import type { HttpResponse } from './http-response.ts'

/** Smaller responses fit into one packet anyway, in bytes. */
export const COMPRESSED_FROM = 1_024

/** Up to this size it takes less of the event loop's time to compress at once than to have it done elsewhere, in bytes. */
const AT_ONCE = 16_384

/** Most responses that are being compressed elsewhere; what comes beyond goes out as it is, rather than wait. */
const MAX_ELSEWHERE = 8

/** Cheap levels, after measuring JSON of 2 to 90 kB (ADR 0014): higher ones make it little smaller, at twice the price. */
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

/** Longer `Accept-Encoding` headers are ignored, so that reading one takes no time. Browsers send some 30 characters. */
const LONGEST_HEADER = 1_000

/** `Accept-Encoding` headers whose coding is remembered: clients have few. */
const REMEMBERED = 500
const chosen = new LRUCache<string, { coding: Coding | null }>({ max: REMEMBERED })
let elsewhere = 0

/** Its types do not know the second parameter: what is chosen among those that the client likes alike. */
type Negotiating = { encoding(available: string[], options: { preferred: string[] }): string | undefined }

/** The coding of the response for an `Accept-Encoding` header; null: none. */
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

/** Compresses a response for a client that asks for it. */
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
