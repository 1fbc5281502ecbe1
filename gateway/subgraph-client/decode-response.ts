import { decodeBody, readCodings } from '../../platform/http/content-coding.ts'
import { corrupt, tooLarge, unknownEncoding } from './fault.ts'

/**
 * The text of a response body.
 *
 * @param encoding its `content-encoding`
 * @param limit the largest body in bytes, before and after decoding
 * @throws SubgraphFault content-type, body or too-large
 */
export async function decodeResponse(bytes: Buffer, encoding: string, limit: number): Promise<string> {
  const read = readCodings(encoding)
  if (!read.ok) throw unknownEncoding(read.unknown)
  const decoded = await decodeBody(bytes, read.codings, limit)
  if (decoded.ok) return decodeText(decoded.bytes, 0, decoded.bytes.length)
  const { fault } = decoded
  throw fault.kind === 'too-large' ? tooLarge(limit, 'decompressed data') : corrupt(fault.coding, fault.cause)
}

/** UTF-8 as text, without a byte order mark (RFC 8259, section 8.1). */
export function decodeText(bytes: Buffer, from: number, to: number): string {
  const start = bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? from + 3 : from
  return bytes.toString('utf8', Math.min(start, to), to)
}
