import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isPortFree } from '../../platform/ports.ts'
import { root } from '../../platform/root.ts'

describe('a service whose supervisor dies', () => {
  it('ends, even if it had not started to watch its supervisor', async () => {
    const child = fork(join(root, 'test/support/late-listener.ts'))
    await once(child, 'message')
    child.disconnect()
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(0)
  })
})

describe('a test run that is killed', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('leaves no server and no folder: %s', async (signal) => {
    const child = fork(join(root, 'test/support/killed-run.ts'))
    const [{ folder, port }] = (await once(child, 'message')) as [{ folder: string; port: number }]
    expect(await isPortFree('127.0.0.1', port)).toBe(false)
    child.kill(signal)
    await expect.poll(() => existsSync(folder)).toBe(false)
    expect(await isPortFree('127.0.0.1', port)).toBe(true)
  })
})
