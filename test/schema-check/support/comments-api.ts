import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export type Comment = { id: number; user: { type: string }; body: string | null }

/** The API of GitHub for the comments of issue 7 of `owner/repository`. It changes `comments`, and logs what was requested. */
export async function commentsApi(
  comments: Comment[],
): Promise<AsyncDisposable & { url: string; requests: string[] }> {
  const requests: string[] = []
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const { method, url = '', headers } = request
    const body = await text(request)
    requests.push(`${method} ${url}`)
    const { pathname, searchParams } = new URL(url, 'http://localhost')
    const reply = (status: number, value: object) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    }
    const issues = '/repos/owner/repository/issues'
    if (headers.authorization !== 'Bearer token') return reply(401, { message: 'Bad credentials' })
    const changed = comments.find(({ id }) => pathname === `${issues}/comments/${id}`)
    if (method === 'PATCH' && changed) return reply(200, Object.assign(changed, JSON.parse(body)))
    if (pathname !== `${issues}/7/comments`) return reply(404, { message: 'Not Found' })
    if (method === 'POST') {
      comments.push({ id: 1_000, user: { type: 'Bot' }, ...(JSON.parse(body) as { body: string }) })
      return reply(201, {})
    }
    const [size, page] = [Number(searchParams.get('per_page')), Number(searchParams.get('page'))]
    reply(200, comments.slice((page - 1) * size, page * size))
  }
  const server = createServer((request, response) => void handle(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
