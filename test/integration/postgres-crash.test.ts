import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { DEFAULT_QUERY } from '../../gateway/http/default-query.ts'
import { isPortFree } from '../../platform/ports.ts'
import { gql } from '../support/client.ts'
import { runStart } from '../support/start-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { WITHIN } from '../support/timeout.ts'

async function postmasterOf(dataDir: string): Promise<number> {
  return Number.parseInt(await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8'), 10)
}

test('a Postgres that was killed with -9 is restarted and the services reconnect; a stopped one is not restarted', async () => {
  await using folder = await temporaryFolder()
  await using start = runStart({ DATA_DIR: folder.path, PORT: '0', CACHE: 'off' })
  const [, port] = await start.printed(/postgres .*listening on 127\.0\.0\.1:(\d+)/)
  const [, url] = await start.printed(/GraphQL +(http\S+)/)
  const profile = async () => {
    const { body } = await gql(DEFAULT_QUERY, { handle: 'alice' }, { url: url as string })
    expect(body).toMatchObject({ data: { user: { handle: 'alice', followers: {}, posts: {} } } })
    expect(body.errors).toBeUndefined()
  }
  await profile()
  for (let time = 1; time <= 2; time++) {
    const before = await postmasterOf(folder.path)
    process.kill(before, 'SIGKILL')
    await start.printed(new RegExp(`postgres .*the server \\(pid ${before}\\) has ended`))
    await vi.waitFor(profile, { ...WITHIN, interval: 250 })
    expect(await postmasterOf(folder.path)).not.toBe(before)
    expect(await isPortFree('127.0.0.1', Number(port))).toBe(false)
  }
  start.kill('SIGTERM')
  expect(await start.exited).toBe(0)
  expect(start.output().match(/has ended unexpectedly/g)).toHaveLength(2)
  expect(await isPortFree('127.0.0.1', Number(port))).toBe(true)
})
