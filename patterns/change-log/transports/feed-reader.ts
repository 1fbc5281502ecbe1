import type { LogReader } from './transport.ts'
import { readPage } from './feed-text.ts'

/** Sends a GET request and resolves with the body of a 200 response. Rejects for any other response, and if there is none. */
export type Get = (url: string, stop?: AbortSignal) => Promise<string>

/** Reads a log through its feed. @param url URL of the feed. The position is added to its query */
export function feedReader(url: string, get: Get): LogReader {
  const start = url.includes('?') ? `${url}&` : `${url}?`
  return {
    async read({ epoch, offset }, limit, waitMs, stop) {
      const query = `epoch=${epoch}&after=${offset}&limit=${limit}&wait=${Math.ceil(waitMs)}`
      return readPage(await get(start + query, stop), offset)
    },
  }
}

/** `fetch` as a `Get`. @throws TypeError if there is no response; Error naming the URL and the response if it is not a 200 */
export async function getByFetch(url: string, stop?: AbortSignal): Promise<string> {
  const response = await fetch(url, stop ? { signal: stop } : {})
  const body = await response.text()
  if (response.status === 200) return body
  throw new Error(`The feed ${url} responded with ${response.status}: ${body.slice(0, 200)}`)
}
