import { internalRequest, type InternalInit, type InternalSender } from './internal-request.ts'

export type InternalOptions = InternalSender & {
  /** Maximum wait for a response. It includes the time that the server itself waits. Milliseconds. @default 60000 */
  timeoutMs?: number
}

/** Creates a function that sends a signed GET to another of our services. It resolves with the body of a 200. */
export function internalGet(options: InternalOptions) {
  return (url: string, stop?: AbortSignal): Promise<string> => requestText(options, url, { stop })
}

/** Like `internalGet`, but sends JSON text by POST. */
export function internalPost(options: InternalOptions) {
  return (url: string, body: string, stop?: AbortSignal): Promise<string> => {
    const headers = { 'content-type': 'application/json' }
    return requestText(options, url, { method: 'POST', body, headers, stop })
  }
}

function requestText(
  { timeoutMs = 60_000, ...sender }: InternalOptions,
  url: string,
  init: InternalInit,
): Promise<string> {
  return internalRequest(sender, url, { ...init, timeoutMs }, (response) => response.text())
}
