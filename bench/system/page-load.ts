import { load } from '../support/load.ts'

/** Result of one window of load: number of pages, seconds, and the time of each page in milliseconds, ascending. */
export type PageLoad = { pages: number; seconds: number; latencies: number[] }

/**
 * Requests pages over keep-alive connections for the given time, with one request in flight on each. Resolves after the
 * last response.
 *
 * @param body returns the body of the next request
 * @throws Error if a response is not 200 or has errors, or the signal's reason if it is aborted
 */
export async function loadPages(
  url: string,
  connections: number,
  milliseconds: number,
  body: () => string,
  signal: AbortSignal,
): Promise<PageLoad> {
  const { port, pathname } = new URL(url)
  const end = performance.now() + milliseconds
  const goesOn = () => performance.now() < end && !signal.aborted
  const { requests, seconds, latencies } = await load({
    port: Number(port),
    connections,
    next: () => (goesOn() ? { bytes: toRequest(pathname, body()), key: 0 } : null),
    judge: (_, head, response) => requireData(url, head, response),
  })
  signal.throwIfAborted()
  return { pages: requests, seconds, latencies: latencies.toSorted((a, b) => a - b) }
}

function toRequest(path: string, body: string): Buffer {
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\naccept: application/json`
  return Buffer.from(`${head}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
}

function requireData(url: string, head: string, response: Buffer): void {
  if (head.startsWith('HTTP/1.1 200') && response.includes('"data"') && !response.includes('"errors"')) return
  throw new Error(`${url} answered ${head.split('\r\n')[0]}: ${response.toString().slice(0, 500)}`)
}
