import { expect, test, vi } from 'vitest'
import type { ProcessSpec } from './launch.ts'
import { backoff, manageProcess } from './managed-process.ts'

/** A child that prints `up` and one line of JSON. It is ready when that line has been received. */
function child(script: string, overrides: Partial<ProcessSpec> = {}) {
  const lines: string[] = []
  const reports: string[] = []
  const spec: ProcessSpec = {
    name: 'child',
    command: process.execPath,
    args: ['-e', script],
    env: {},
    cwd: '/',
    ipc: true,
    probe: () => Promise.resolve(lines.includes('up') ? null : 'it has not said so'),
    onLine: (line) => void lines.push(line),
    report: (_, message) => void reports.push(message),
    ...overrides,
  }
  return { managed: manageProcess(spec), lines, reports }
}

const STAYS = `console.log('up'); setInterval(() => {}, 1000)`

test('the delay before a restart doubles up to 5 seconds', () => {
  expect([0, 1, 2, 5, 6, 60].map(backoff)).toEqual([100, 200, 400, 3200, 5000, 5000])
})

test('a process starts, its lines are forwarded, and it stops', async () => {
  const { managed, lines } = child(STAYS)
  await managed.start()
  expect(managed.pid).toEqual(expect.any(Number))
  expect(lines).toEqual(['up'])
  await managed.stop()
  expect(managed.pid).toBeNull()
})

test('a process that ends before it is ready fails the start and is not restarted', async () => {
  const { managed, reports } = child('process.exit(3)')
  await expect(managed.start()).rejects.toThrow('child ended before it was ready. Its log says why.')
  expect(managed.pid).toBeNull()
  expect(reports).toEqual([])
})

test('a program that does not exist fails the start', async () => {
  const { managed } = child('', { command: '/no/such/program' })
  await expect(managed.start()).rejects.toThrow('child ended before it was ready')
})

test('a crashed process is restarted; a process that was killed on purpose is not', async () => {
  const { managed, lines, reports } = child(STAYS)
  await managed.start()
  const before = managed.pid
  await managed.crash()
  await vi.waitFor(() => expect(lines).toEqual(['up', 'up']), { timeout: 60_000 })
  expect(managed.pid).not.toBe(before)
  expect(reports).toEqual(['was ended by SIGKILL; restarting in 100 ms'])
  await managed.kill()
  expect(managed.pid).toBeNull()
  expect(reports).toHaveLength(1)
})

test('a child with a channel ends when its parent is gone', async () => {
  const grandchild = `process.on('disconnect', () => { console.log('alone'); process.exit() })`
  const middle = `require('node:child_process')
    .spawn(process.execPath, ['-e', ${JSON.stringify(grandchild)}], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    .on('spawn', () => console.log('up'))`
  const { managed, lines } = child(middle)
  await managed.start()
  await managed.kill()
  await vi.waitFor(() => expect(lines).toContain('alone'), { timeout: 60_000 })
})
