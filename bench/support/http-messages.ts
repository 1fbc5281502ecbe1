export type OnMessage = (head: string, body: Buffer) => void

/** A complete message and where it ends, or the number of bytes that are needed before the next attempt. */
type Found = { head: string; body: Buffer; end: number } | { atLeast: number }

/**
 * Reads the HTTP/1.1 messages of one connection: requests or responses, pipelined or not. It takes a few microseconds
 * per message, so that the load generator is never the bottleneck. Bodies have a length, are chunked, or are absent.
 *
 * @returns a function that accepts the next bytes of the connection
 */
export function messageReader(onMessage: OnMessage): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let size = 0
  let wanted = 0
  return (chunk) => {
    parts.push(chunk)
    size += chunk.length
    if (size < wanted) return
    const data = parts.length === 1 ? chunk : Buffer.concat(parts, size)
    let at = 0
    wanted = 0
    while (at < data.length) {
      const found = findMessage(data, at)
      if ('atLeast' in found) {
        wanted = found.atLeast - at
        break
      }
      onMessage(found.head, found.body)
      at = found.end
    }
    parts = at < data.length ? [data.subarray(at)] : []
    size = data.length - at
  }
}

function findMessage(data: Buffer, at: number): Found {
  const headEnd = data.indexOf('\r\n\r\n', at, 'latin1')
  if (headEnd < 0) return { atLeast: data.length + 1 }
  const head = data.toString('latin1', at, headEnd)
  const start = headEnd + 4
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head))
    return findChunks(data, head, start)
  const end = start + Number(length ?? 0)
  return end > data.length ? { atLeast: end } : { head, body: data.subarray(start, end), end }
}

function findChunks(data: Buffer, head: string, start: number): Found {
  const chunks: Buffer[] = []
  for (let at = start; ;) {
    const line = data.indexOf('\r\n', at, 'latin1')
    if (line < 0) return { atLeast: data.length + 1 }
    const size = Number.parseInt(data.toString('latin1', at, line), 16)
    const end = line + 2 + size + 2
    if (end > data.length) return { atLeast: end }
    if (size === 0) return { head, body: Buffer.concat(chunks), end }
    chunks.push(data.subarray(line + 2, end - 2))
    at = end
  }
}
