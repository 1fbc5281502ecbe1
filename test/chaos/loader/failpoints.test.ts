import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { run } from '../../../local/processes/run.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../support/until.ts'
import { loaderOption, openFailpoints } from './control.ts'
import { failpointCall } from './failpoints.ts'

/** A process that reaches the failpoint `effect` three times, and prints a line each time it continues. */
function spawnThree(folder: string) {
  const code = `for (const i of [1, 2, 3]) { ${failpointCall('effect', "'number ' + i")}; console.log(i) }`
  const options = [loaderOption({ failpoints: folder }), '--input-type=module', '--eval', code]
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const closed = once(child, 'close')
  return {
    child,
    closed,
    printed: () => text.split('\n').filter(Boolean).join(' '),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await closed
    },
  }
}

test('a failpoint that is not armed does nothing', async () => {
  await using folder = await temporaryFolder()
  await using three = spawnThree(folder.path)
  expect(await three.closed).toEqual([0, null])
  expect(three.printed()).toBe('1 2 3')
})

test('a process is killed when it reaches the failpoint for the second time', async () => {
  await using folder = await temporaryFolder()
  await openFailpoints(folder.path).arm('effect', 'kill', 2)
  await using three = spawnThree(folder.path)
  expect(await three.closed).toEqual([null, 'SIGKILL'])
  expect(three.printed()).toBe('1')
})

test('a process is killed when it reaches the failpoint with a certain object', async () => {
  await using folder = await temporaryFolder()
  await openFailpoints(folder.path).armFor('number 3', 'effect', 'kill')
  await using three = spawnThree(folder.path)
  expect(await three.closed).toEqual([null, 'SIGKILL'])
  expect(three.printed()).toBe('1 2')
})

test('a process is held until it is released', async () => {
  await using folder = await temporaryFolder()
  const failpoints = openFailpoints(folder.path)
  await failpoints.arm('effect', 'wait')
  await using three = spawnThree(folder.path)
  await failpoints.reached('effect')
  expect(three.printed()).toBe('')
  await failpoints.release('effect')
  expect(await three.closed).toEqual([0, null])
  expect(three.printed()).toBe('1 2 3')
})

test('a process is suspended, and continues when it is resumed', async () => {
  await using folder = await temporaryFolder()
  await openFailpoints(folder.path).arm('effect', 'stop', 3)
  await using three = spawnThree(folder.path)
  await until('the process is stopped', async () => (await stateOf(three.child.pid ?? 0)).startsWith('T'))
  await expect.poll(three.printed).toBe('1 2')
  three.child.kill('SIGCONT')
  expect(await three.closed).toEqual([0, null])
  expect(three.printed()).toBe('1 2 3')
})

test('only one of two processes takes an armed failpoint', async () => {
  await using folder = await temporaryFolder()
  await openFailpoints(folder.path).arm('effect', 'kill')
  await using one = spawnThree(folder.path)
  await using two = spawnThree(folder.path)
  const ends = await Promise.all([one.closed, two.closed])
  expect(ends.filter(([, signal]) => signal === 'SIGKILL')).toHaveLength(1)
})

test('a failpoint that is released before a process reaches it is disarmed', async () => {
  await using folder = await temporaryFolder()
  const failpoints = openFailpoints(folder.path)
  await failpoints.arm('effect', 'kill')
  await failpoints.release('effect')
  await using three = spawnThree(folder.path)
  expect(await three.closed).toEqual([0, null])
})

test('the folder can have any name', async () => {
  await using folder = await temporaryFolder()
  const path = join(folder.path, 'a b&c=d#e%20')
  await mkdir(path)
  await openFailpoints(path).arm('effect', 'kill')
  await using three = spawnThree(path)
  expect(await three.closed).toEqual([null, 'SIGKILL'])
})

/** The state in the process table of the system. `T` is suspended. */
async function stateOf(pid: number): Promise<string> {
  if (process.platform !== 'linux') return (await run('ps', ['-o', 'stat=', '-p', String(pid)])).output.trim()
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2)
}
