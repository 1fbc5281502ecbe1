import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { freePorts, isPortFree, requirePort } from './ports.ts'

test('free ports are different and free', async () => {
  const ports = await freePorts(5)
  expect(new Set(ports).size).toBe(5)
  for (const port of ports) expect(await isPortFree('127.0.0.1', port)).toBe(true)
})

test('a port in use is rejected, and a free one is suggested', async () => {
  const [port = 0] = await freePorts(1)
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  await expect(requirePort('127.0.0.1', port)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use. Stop the program that uses it, or choose another port: PORT=${port + 10}.`,
  )
  expect(await isPortFree('127.0.0.1', port)).toBe(false)
  server.close()
  await once(server, 'close')
  await expect(requirePort('127.0.0.1', port)).resolves.toBeUndefined()
})

test('the error names the setting as the caller gave it', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const names = { port: '--port ', host: '--host ' }
  const another = port > 65_525 ? port - 10 : port + 10
  await expect(requirePort('127.0.0.1', port, names)).rejects.toThrow(
    `or choose another port: --port ${another}.`,
  )
  server.close()
  await expect(requirePort('192.0.2.1', 0, names)).rejects.toThrow(
    /^Cannot listen on --host 192\.0\.2\.1 \(EADDRNOTAVAIL\)\. Use an address of this machine: --host 127\.0\.0\.1\.$/,
  )
})

test('an address of another machine is rejected and named', async () => {
  await expect(requirePort('192.0.2.1', 0)).rejects.toThrow(/^Cannot listen on HOST=192\.0\.2\.1/)
})
