import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { contend } from '../../support/contender-process.ts'

/** Not a gateway: a node:http server that holds all responses. It shows the upper limit for a gateway in Node. */
await contend(async ({ answers: texts }: { answers: Record<string, string> }) => {
  const answers = new Map(Object.entries(texts).map(([body, text]) => [body, Buffer.from(text)]))
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const result = answers.get(Buffer.concat(chunks).toString())
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'content-length': result?.length ?? 0,
      }
      response.writeHead(result ? 200 : 404, headers).end(result)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
})
