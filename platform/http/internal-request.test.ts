import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { internalGet, internalPost } from './internal-get.ts'
import { internalStream } from './internal-stream.ts'

const server = createServer((request, response) => {
  if (request.url === '/silent') return
  response.writeHead(request.url === '/refusing' ? 503 : 200, { 'content-length': 10 })
  if (request.url === '/refusing') response.end('try later.')
  else response.write('half', () => response.destroy())
})
let [origin, closed] = ['', '']

beforeAll(async () => {
  origin = await listen(server)
  const another = createServer()
  closed = await listen(another)
  await new Promise((done) => another.close(done))
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})

async function listen(of: Server): Promise<string> {
  await new Promise<void>((listening) => of.listen(0, '127.0.0.1', listening))
  return `http://127.0.0.1:${(of.address() as AddressInfo).port}`
}

const OPTIONS = { secret: 'a secret of more than 32 characters', audience: 'users', clock: Date.now }
const never = new AbortController().signal
const requests: Record<string, (url: string, stop?: AbortSignal) => Promise<unknown>> = {
  internalGet: internalGet(OPTIONS),
  internalPost: (url, stop) => internalPost(OPTIONS)(url, '{}', stop),
  internalStream: async (url, stop = never) => {
    for await (const _ of await internalStream(OPTIONS)(url, stop));
  },
}

describe.each(Object.entries(requests))('an error of %s names the URL', (_, send) => {
  test('if the connection is refused', async () => {
    await expect(send(`${closed}/log`)).rejects.toThrow(`${closed}/log did not respond: connect ECONNREFUSED`)
  })

  test('if the connection is lost during the response', async () => {
    await expect(send(`${origin}/broken`)).rejects.toThrow(`${origin}/broken did not respond: `)
  })

  test('if the status is not 200', async () => {
    await expect(send(`${origin}/refusing`)).rejects.toThrow(
      `${origin}/refusing responded with 503: try later.`,
    )
  })

  test('but a cancelled request rejects with the reason of the cancellation', async () => {
    const reason = new Error('stopped')
    await expect(send(`${origin}/silent`, AbortSignal.abort(reason))).rejects.toBe(reason)
  })
})

test('a timeout of internalGet names the URL', async () => {
  await expect(internalGet({ ...OPTIONS, timeoutMs: 20 })(`${origin}/silent`)).rejects.toThrow(
    `${origin}/silent did not respond: The operation was aborted due to timeout`,
  )
})
