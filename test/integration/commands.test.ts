import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../platform/root.ts'
import { inheritedEnv, type Env } from '../../platform/config/read-config.ts'

const UNREACHABLE = {
  DATABASE_URL_USERS: 'postgres://u:secret@127.0.0.1:1/users',
  DATABASE_URL_POSTS: 'postgres://u:secret@127.0.0.1:1/posts',
  DATABASE_URL_FOLLOWERS: 'postgres://u:secret@127.0.0.1:1/followers',
}

/** Runs a command that must fail. @returns the lines it printed */
async function failure(command: string, args: readonly string[], env: Env = {}): Promise<string[]> {
  const child = spawn(process.execPath, [join(root, 'cli', command), ...args], {
    cwd: root,
    env: { ...inheritedEnv(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)))
  const [code] = (await once(child, 'close')) as [number]
  expect(code).toBe(1)
  return text.trim().split('\n')
}

test.each(['migrate.ts', 'seed.ts'])(
  '%s: each unreachable database is reported in one line',
  async (command) => {
    const lines = await failure(command, [], UNREACHABLE)
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe(
      'DATABASE_URL_USERS=postgres://u:***@127.0.0.1:1/users cannot be used: connection refused. \
Start it, or correct the address.',
    )
  },
)

test('seed: a missing file is reported before any database is used', async () => {
  expect(await failure('seed.ts', ['--edges', '/nope'], UNREACHABLE)).toEqual([
    'Cannot read the edge list /nope: there is no such file. Check the path after --edges.',
  ])
})

test('compose: an unknown option is rejected with a reference to the help', async () => {
  expect(await failure('compose.ts', ['--bogus'])).toEqual([
    "Unknown option '--bogus'. See: npm run compose -- --help",
  ])
})
