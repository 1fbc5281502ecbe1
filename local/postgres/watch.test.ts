import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test, vi } from 'vitest'
import { watchServer } from './watch.ts'

/** A process that runs until it is killed. Disposing kills it and waits. */
function server() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const gone = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await gone
  }
  return { pid: child.pid as number, kill, [Symbol.asyncDispose]: kill }
}

test('a server that ends is restarted, even if the first attempt fails', async () => {
  await using first = server()
  await using second = server()
  const said: string[] = []
  const start = vi.fn<() => Promise<number>>()
  start.mockRejectedValueOnce(new Error('Not yet.')).mockResolvedValue(second.pid)
  await using watch = watchServer(first.pid, start, (line) => void said.push(line))
  await first.kill()
  await vi.waitFor(() => expect(watch.pid).toBe(second.pid), { timeout: 60_000 })
  expect(said).toEqual([
    `the server (pid ${first.pid}) has ended unexpectedly; restarting it`,
    'Not yet. Retrying in 100 ms.',
  ])
})

test('after the watch has ended, nothing is started', async () => {
  await using only = server()
  const start = vi.fn<() => Promise<number>>()
  const watch = watchServer(only.pid, start, () => {})
  await watch[Symbol.asyncDispose]()
  await only.kill()
  await watch[Symbol.asyncDispose]()
  expect(start).not.toHaveBeenCalled()
})
