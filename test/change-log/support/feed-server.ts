import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  serveFeed as respondToFeed,
  type FeedOptions,
} from '../../../patterns/change-log/owner/serve-feed.ts'

/** Serves a feed over HTTP, as a service will. */
export async function serveFeed(options: FeedOptions): Promise<AsyncDisposable & { url: string }> {
  const server = createServer((request, response) => {
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const { searchParams } = new URL(request.url ?? '', 'http://feed')
    respondToFeed(options, searchParams, gone.signal).then(
      ({ status, body }) => response.writeHead(status).end(body),
      (error: unknown) => response.writeHead(500).end(String(error)),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/log`,
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
