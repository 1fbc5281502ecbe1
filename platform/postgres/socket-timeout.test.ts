import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { socketWithResponseTimeout } from './socket-timeout.ts'

test('a server that does not respond causes an error with a code of its own', async () => {
  await using stack = new AsyncDisposableStack()
  const server = stack.adopt(createServer(), (opened) => void opened.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const socket = socketWithResponseTimeout(20)
  stack.defer(() => void socket.destroy())
  socket.connect((server.address() as AddressInfo).port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('anybody?')
  const [error] = (await once(socket, 'close').catch((reason: unknown) => [reason])) as [unknown]
  expect(error).toMatchObject({ code: 'ETIMEDOUT', message: 'The server has not responded for 0.02 s.' })
})
