import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { loaderOption, openSkewedClock } from './control.ts'

const PROGRAM = `
  const times = [Date.now(), new Date().getTime()].map((time) => Math.round(time / 60_000))
  console.log(JSON.stringify({ times, given: new Date(7).getTime(), isDate: new Date() instanceof Date }))`

test('the wall clock of a process is wrong by what a file says', async () => {
  await using folder = await temporaryFolder()
  const clock = join(folder.path, 'clock')
  const run = async () => {
    const args = [loaderOption({ clock }), '--input-type=module', '--eval', PROGRAM]
    const { stdout } = await promisify(execFile)(process.execPath, args)
    return JSON.parse(stdout) as { times: number[]; given: number; isDate: boolean }
  }
  const now = Math.round(Date.now() / 60_000)
  expect((await run()).times[0]).toBeLessThan(now + 5)
  await openSkewedClock(clock).set(3_600_000)
  const { times, given, isDate } = await run()
  expect(Math.min(...times)).toBeGreaterThan(now + 55)
  expect([given, isDate]).toEqual([7, true])
})
