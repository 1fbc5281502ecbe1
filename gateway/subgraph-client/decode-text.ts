/** UTF-8 as text, without the byte order mark that some servers begin with (RFC 8259, section 8.1, lets us ignore it). */
export function decodeText(bytes: Buffer, from: number, to: number): string {
  const start = bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? from + 3 : from
  return bytes.toString('utf8', Math.min(start, to), to)
}
