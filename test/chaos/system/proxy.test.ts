import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { openProxy, type Proxy } from './proxy.ts'

/** An echo server behind a proxy. */
async function openEcho(stack: AsyncDisposableStack): Promise<Proxy> {
  const server = createServer((socket) => socket.on('error', () => {}).pipe(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stack.defer(() => void server.close())
  const address = server.address()
  return stack.use(await openProxy(typeof address === 'object' && address ? address.port : 0))
}

async function openClient({ port }: Proxy, stack: AsyncDisposableStack): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  stack.defer(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

async function responseTo(socket: Socket, text: string): Promise<string> {
  socket.write(text)
  const [response] = (await once(socket, 'data')) as [Buffer]
  return response.toString()
}

/** For any reason. */
async function closed(socket: Socket): Promise<void> {
  await expect.poll(() => socket.destroyed).toBe(true)
}

test('a silent connection transfers nothing, and the held data continues in order', async () => {
  await using stack = new AsyncDisposableStack()
  const proxy = await openEcho(stack)
  const old = await openClient(proxy, stack)
  expect(await responseTo(old, 'one')).toBe('one')
  proxy.set({ kind: 'silent' })
  const young = await openClient(proxy, stack)
  let heard = ''
  for (const socket of [old, young]) socket.on('data', (chunk: Buffer) => (heard += chunk.toString()))
  old.write('two')
  young.write('two')
  // Another connection through the proxy still works.
  const other = await openEcho(stack)
  expect(await responseTo(await openClient(other, stack), 'three')).toBe('three')
  expect(heard).toBe('')
  proxy.set({ kind: 'pass' })
  await expect.poll(() => heard).toBe('twotwo')
})

test('connections are reset: all at once, when they are opened, or during a response', async () => {
  await using stack = new AsyncDisposableStack()
  const proxy = await openEcho(stack)
  const cut = await openClient(proxy, stack)
  expect(await responseTo(cut, 'one')).toBe('one')
  proxy.cut()
  await closed(cut)
  const torn = await openClient(proxy, stack)
  proxy.cutAfter(4)
  expect(await responseTo(torn, 'four')).toBe('four')
  torn.write('five')
  await closed(torn)
  proxy.set({ kind: 'refuse' })
  const refused = connect(proxy.port, '127.0.0.1')
  refused.on('error', () => {})
  await closed(refused)
})
