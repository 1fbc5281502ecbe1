import { expect, test } from 'vitest'
import { runStart } from '../support/start-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { runLog } from './run-log.ts'

test('the databases of npm start are found while it runs and afterwards', async () => {
  await using folder = await temporaryFolder()
  const env = { DATA_DIR: folder.path }
  {
    await using start = runStart({ ...env, PORT: '0' })
    await start.printed(/GraphQL/i)
    await expect
      .poll(async () => JSON.parse((await runLog(['status', '--json'], env)).out.join('')))
      .toMatchObject({
        ok: true,
        databases: [{ state: 'running' }, { state: 'running' }, { state: 'running' }],
      })
    // It is not stopped by what looks at it.
    const again = await runLog(['tail', 'users', '-n', '1'], env)
    expect([again.code, again.err, again.out.length]).toEqual([0, [], 1])
    start.kill('SIGTERM')
    expect(await start.exited).toBe(0)
  }
  const after = await runLog(['tail', 'users', '-n', '2', '--json'], env)
  expect(after.code).toBe(0)
  expect(after.out.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ database: 'users', kind: 'event' }),
    expect.objectContaining({ database: 'users', kind: 'event' }),
  ])
})
