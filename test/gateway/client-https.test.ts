import { once } from 'node:events'
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2'
import type { AddressInfo, Server } from 'node:net'
import { createServer, type Server as HttpsServer } from 'node:https'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createCancellation } from '../../platform/cancellation.ts'
import { createTransport } from '../../gateway/subgraph-client/create-transport.ts'
import { createUndiciTransport } from '../../gateway/subgraph-client/undici-transport.ts'
import { makeCertificate } from './support/certificate.ts'
import { mutation, query } from './support/transports.ts'

const { cert, key } = makeCertificate()
const trusting = (limit = 1_000) => createUndiciTransport({ maxResponseBytes: limit, ca: cert })

async function listen(server: Server) {
  const sockets = new Set<{ destroy(): unknown }>()
  server.on('secureConnection', (socket: { destroy(): unknown }) => sockets.add(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Offers HTTP/2 and HTTP/1.1. */
const both = (serve: (request: Http2ServerRequest, response: Http2ServerResponse) => void): Server =>
  createSecureServer({ cert, key, allowHTTP1: true }, serve)

const onlyHttp1 = (serve: Parameters<typeof createServer>[1] & object): HttpsServer =>
  createServer({ cert, key }, serve)

test('HTTP/2 is used if it is offered, with many concurrent requests on few connections', async () => {
  const versions = new Set<string>()
  await using server = await listen(
    both((request, response) => {
      versions.add(request.httpVersion)
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(body))
    }),
  )
  await using transport = trusting()
  await transport.send(query(server.url))
  const bodies = Array.from({ length: 200 }, (_, i) => `{"data":${i}}`)
  const answers = await Promise.all(bodies.map((body) => transport.send(query(server.url, { body }))))
  expect(answers.map(({ text }) => text)).toEqual(bodies)
  expect([...versions]).toEqual(['2.0'])
  expect(server.sockets.size).toBeLessThanOrEqual(8)
})

test('HTTP/1.1 is used if HTTP/2 is not offered', async () => {
  const versions = new Set<string>()
  await using server = await listen(
    onlyHttp1((request, response) => {
      versions.add(request.httpVersion)
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    }),
  )
  await using transport = trusting()
  const asked = [query(server.url), mutation(server.url)].map((call) => transport.send(call))
  expect(await Promise.all(asked)).toMatchObject([
    { status: 200, contentType: 'application/json', text: '{}' },
    { status: 200, contentType: 'application/json', text: '{}' },
  ])
  expect([...versions]).toEqual(['1.1'])
})

test('an untrusted certificate is rejected, and nothing is sent', async () => {
  let requests = 0
  await using server = await listen(both(() => requests++))
  await using transport = createTransport('own')
  await expect(transport.send(query(server.url))).rejects.toMatchObject({ kind: 'unreachable' })
  expect(requests).toBe(0)
})

test.each(['2.0', '1.1'])(
  'HTTP %s: timeout, cancellation, limit, reset, gzip and invalid gzip',
  async (version) => {
    let seen = 0
    let gone = 0
    const serve = (request: Http2ServerRequest, response: Http2ServerResponse) => {
      const path = request.url.split('/').at(-1)
      seen++
      response.on('close', () => gone++)
      if (path === 'large') response.writeHead(200).end('x'.repeat(2_000))
      else if (path === 'gzip')
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"data":1}'))
      else if (path === 'no-gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
      else if (path === 'reset') {
        response.writeHead(200).write('x', () => server.sockets.forEach((socket) => socket.destroy()))
      }
    }
    const server = await listen(
      version === '2.0' ? both(serve) : onlyHttp1(serve as unknown as Parameters<typeof onlyHttp1>[0]),
    )
    await using _ = server
    await using transport = trusting(1_000)
    const ask = (path: string, more = {}) => transport.send(query(`${server.url}/${path}`, more))

    const hasArrived = () => seen > 0
    // On a busy machine, the first timeouts may pass before the TLS handshake is over.
    for (let timeoutMs = 100; !hasArrived(); timeoutMs *= 2) {
      await expect(ask('silent', { timeoutMs })).rejects.toMatchObject({ kind: 'timeout' })
    }
    await expect.poll(() => seen - gone).toBe(0)
    const cancellation = createCancellation()
    const asked = ask('silent', { cancellation })
    await expect.poll(() => seen - gone).toBe(1)
    cancellation.cancel()
    await expect(asked).rejects.toMatchObject({ kind: 'cancelled' })
    await expect.poll(() => seen - gone).toBe(0)
    // Cancelled in the turn in which it is sent, while other requests are in progress.
    const others = [ask('silent', { timeoutMs: 200 }), ask('silent', { timeoutMs: 200 })]
    const atOnce = createCancellation()
    const never = ask('silent', { cancellation: atOnce })
    atOnce.cancel()
    await expect(never).rejects.toMatchObject({ kind: 'cancelled' })
    for (const other of others) await expect(other).rejects.toMatchObject({ kind: 'timeout' })
    await expect(ask('large')).rejects.toMatchObject({ kind: 'too-large' })
    await expect(ask('gzip')).resolves.toMatchObject({ text: '{"data":1}' })
    await expect(ask('no-gzip')).rejects.toMatchObject({ kind: 'body' })
    await expect(ask('reset')).rejects.toMatchObject({ kind: 'unreachable' })
  },
)
