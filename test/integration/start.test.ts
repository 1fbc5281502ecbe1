import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { DEFAULT_QUERY } from '../../gateway/http/default-query.ts'
import { freePort, isPortFree } from '../../platform/ports.ts'
import { run } from '../../local/processes/run.ts'
import { gqlData } from '../support/client.ts'
import { runStart, type StartCommand } from '../support/start-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { WITHIN } from '../support/timeout.ts'

type CreatePost = { data: { createPost: { post: object } } }
type Profile = { user: { id: string; handle: string; posts: { nodes: object[] } } }

test('npm start starts everything, keeps the data between runs, and leaves no processes', async () => {
  await using folder = await temporaryFolder()
  const port = await freePort()
  const env = { DATA_DIR: join(folder.path, 'data'), PORT: String(port) }
  const url = `http://127.0.0.1:${port}/graphql`

  await using first = runStart(env)
  await first.printed(/Tessera is ready/)
  const response = (await runLine(first, /^curl .*Profile.*$/m)) as { data: Profile }
  expect(response).toMatchObject({ data: { user: { handle: 'alice' } } })
  expect(response.data.user.posts.nodes.length).toBeGreaterThan(0)
  const { post } = ((await runLine(first, /^curl .*createPost.*$/m)) as CreatePost).data.createPost
  expect(post).toMatchObject({ text: 'Hello from curl', author: { handle: 'alice' } })
  const [, token] = await first.printed(/^authorization: Bearer (\S+)$/m)
  const me = await gqlData('{ viewer { user { handle } } }', {}, { url, token: token as string })
  expect(me).toEqual({ viewer: { user: { handle: 'alice' } } })

  first.kill('SIGINT')
  expect(await first.exited).toBe(0)
  expect(await portsStillOpen(first.output())).toEqual([])

  await using second = runStart(env, [])
  await second.printed(/Tessera is ready/)
  // No warnings, no logs: only what is being started.
  const [before = ''] = second.output().split('──')
  expect(before.trim().split('\n')).toEqual([
    'Starting Postgres',
    expect.stringMatching(/^(Starting Redis|No Redis: .* It is optional\.)$/),
    'Starting users, posts, followers, gateway',
  ])
  const again = await gqlData<Profile>(DEFAULT_QUERY, { handle: 'alice' }, { url })
  expect(again.user.id).toBe(response.data.user.id)
})

test('npm start adopts the Postgres that survived a kill -9, and old services end', async () => {
  await using folder = await temporaryFolder()
  const env = { DATA_DIR: join(folder.path, 'data'), PORT: '0' }
  await using first = runStart(env)
  await first.printed(/Tessera is ready/)
  const [, postgres] = await first.printed(/postgres .*listening on 127\.0\.0\.1:(\d+)/)

  first.kill('SIGKILL')
  await first.exited
  await vi.waitFor(
    async () => expect(await portsStillOpen(first.output())).toEqual([Number(postgres)]),
    WITHIN,
  )

  await using second = runStart(env)
  await second.printed(/adopted the server that was left running/)
  await second.printed(/Tessera is ready/)
  second.kill('SIGTERM')
  expect(await second.exited).toBe(0)
  expect(await portsStillOpen(`${first.output()}${second.output()}`)).toEqual([])
})

test('Ctrl-C during the start stops immediately and leaves nothing behind', async () => {
  await using folder = await temporaryFolder()
  await using start = runStart({ DATA_DIR: join(folder.path, 'data'), PORT: '0' })
  await start.printed(/listening on 127/)
  start.kill('SIGINT')
  expect(await start.exited).toBe(0)
  expect(start.output()).not.toContain('Tessera is ready')
  expect(await portsStillOpen(start.output())).toEqual([])
})

/** Runs a command that was printed, as somebody would who pastes it into a shell. @returns the JSON of its output */
async function runLine(start: StartCommand, pattern: RegExp): Promise<unknown> {
  const [command] = await start.printed(pattern)
  return JSON.parse((await run('/bin/sh', ['-c', command])).output.replace(/^[^{]*/, ''))
}

/** Ports that the log says somebody listens on, and on which somebody still does. */
async function portsStillOpen(log: string): Promise<number[]> {
  const ports = new Set(
    [...log.matchAll(/listening (?:on|at) \D*127\.0\.0\.1:(\d+)/g)].map(([, port]) => Number(port)),
  )
  expect(ports.size).toBeGreaterThan(0)
  const open = await Promise.all(
    [...ports].map(async (port) => ((await isPortFree('127.0.0.1', port)) ? [] : [port])),
  )
  return open.flat()
}
