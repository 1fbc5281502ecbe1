import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'

const CHANNEL = 'http.server.request.start'

/** Counts requests that node:http parses for a server of this process. Those of the JSON POST server are not counted. */
export function countNodeHttpRequests(url: string): Disposable & { count: number } {
  const port = Number(new URL(url).port)
  const counted = { count: 0, [Symbol.dispose]: () => void unsubscribe(CHANNEL, onStart) }
  function onStart(message: unknown): void {
    if ((message as { request: IncomingMessage }).request.socket.localPort === port) counted.count++
  }
  subscribe(CHANNEL, onStart)
  return counted
}
