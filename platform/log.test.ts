import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

const log = JSON.stringify(join(import.meta.dirname, 'log.ts'))

/** Starts a process that logs lines and exits in the same turn of its event loop, as soon as its standard input is closed. */
function logAndExit(lines: number) {
  const code = `
    import { createLog } from ${log}
    const log = createLog('test', { LOG_LEVEL: 'info' })
    process.stdin.on('end', () => {
      for (let i = 0; i < ${lines}; i++) log.info({ i }, 'x'.repeat(1_000))
      process.exit(3)
    })
    process.stdin.resume()
    console.error('ready')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code])
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

test('lines that were logged just before the exit are written', async () => {
  const child = logAndExit(500)
  const chunks = child.stdout.toArray()
  child.stdin.end()
  const [code] = await once(child, 'exit')
  const lines = Buffer.concat(await chunks)
    .toString()
    .trim()
    .split('\n')
  expect(code).toBe(3)
  expect(lines.map((line) => (JSON.parse(line) as { i: number }).i)).toEqual(
    Array.from({ length: 500 }, (_, i) => i),
  )
})

test('a reader that has closed its end does not keep the process alive', async () => {
  const child = logAndExit(500)
  await once(child.stderr, 'data')
  child.stdout.destroy()
  child.stdin.end()
  expect(await once(child, 'exit')).toEqual([3, null])
})

test('a reader that has stopped reading does not keep the process alive', async () => {
  const child = logAndExit(5_000)
  await once(child.stderr, 'data')
  child.stdout.pause()
  child.stdin.end()
  expect(await once(child, 'exit')).toEqual([3, null])
})
