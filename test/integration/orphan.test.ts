import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from '../../platform/root.ts'

describe('a service whose supervisor dies', () => {
  it('ends, also when it had not yet begun to listen for that', async () => {
    const child = fork(join(root, 'test/support/late-listener.ts'))
    await once(child, 'message')
    child.disconnect()
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(0)
  })
})
