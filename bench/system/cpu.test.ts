import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { processCpu, treeCpu } from './cpu.ts'

const BURNT_MS = 150
const CHILD = `
while (process.cpuUsage().user < ${BURNT_MS * 1000});
process.stdout.write('worked')
setInterval(() => {}, 1000)`

/**
 * A process with a child that uses CPU time. It reports when the child has done so. After SIGUSR2 it stops the child
 * and reports when the child has exited.
 */
const PARENT = `
const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(CHILD)}])
const report = () => process.stdout.write('.')
child.stdout.once('data', report)
child.once('close', report)
process.once('SIGUSR2', () => child.kill('SIGKILL'))
process.once('SIGTERM', () => { child.kill('SIGKILL'); process.exit() })
setInterval(() => {}, 1000)`

test.runIf(process.platform === 'linux')(
  'the CPU time of a process tree includes its children, even after they have ended',
  async () => {
    const parent = spawn(process.execPath, ['-e', PARENT], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(parent, 'exit')
    const pid = parent.pid ?? 0
    try {
      await once(parent.stdout, 'data')
      const [alone, tree] = [await processCpu(pid), await treeCpu(pid)]
      expect(tree - alone).toBeGreaterThanOrEqual(BURNT_MS)
      parent.kill('SIGUSR2')
      await once(parent.stdout, 'data')
      expect(await treeCpu(pid)).toBeGreaterThanOrEqual(tree)
    } finally {
      parent.kill()
      await exited
    }
  },
  30_000,
)

test.runIf(process.platform === 'linux')('a process that does not exist has no CPU time', async () => {
  await expect(processCpu(2 ** 22 + 1)).rejects.toThrow('ENOENT')
})
