import { fastify } from 'fastify'
import { expect, test } from 'vitest'
import { createTransport } from './create-transport.ts'

test('a response longer than its content-length is rejected at the first extra byte', async () => {
  const app = fastify()
  app.get('/', (_request, reply) => {
    const { raw } = reply.hijack()
    raw.writeHead(200, { 'transfer-encoding': 'chunked' })
    raw.write('x'.repeat(60), () => raw.write('y'.repeat(60)))
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  await using transport = createTransport('own', 100)
  const call = transport.send({ url, method: 'GET', headers: {}, timeoutMs: 10_000 })
  await expect(call).rejects.toMatchObject({
    kind: 'too-large',
    message: 'responded with more than 100 bytes',
  })
  await app.close()
})

test('connections are reused for later requests', async () => {
  const app = fastify({ forceCloseConnections: true })
  const ports = new Set<number | undefined>()
  app.get('/', (request) => {
    ports.add(request.socket.remotePort)
    return 'hello'
  })
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  await using transport = createTransport('own')
  for (let i = 0; i < 10; i++) await transport.send({ url, method: 'GET', headers: {}, timeoutMs: 10_000 })
  expect(ports.size).toBeLessThan(3)
  await app.close()
})
