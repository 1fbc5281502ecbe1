import { createServer } from 'node:net'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { freePorts, isPortFree, requirePort } from './ports.ts'

test('free ports are different and free', async () => {
  const ports = await freePorts(5)
  expect(new Set(ports).size).toBe(5)
  for (const port of ports) expect(await isPortFree('127.0.0.1', port)).toBe(true)
})

test('a port in use is refused, with another one to try', async () => {
  const [port = 0] = await freePorts(1)
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  await expect(requirePort('127.0.0.1', port)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use. Stop the program that has it, or choose another: PORT=${port + 10}.`,
  )
  expect(await isPortFree('127.0.0.1', port)).toBe(false)
  server.close()
  await once(server, 'close')
  await expect(requirePort('127.0.0.1', port)).resolves.toBeUndefined()
})

test('an address of another machine is refused by name', async () => {
  await expect(requirePort('192.0.2.1', 0)).rejects.toThrow(/^HOST=192\.0\.2\.1 cannot be listened on/)
})
