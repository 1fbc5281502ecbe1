import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { makeSecrets } from '../../local/system/secrets.ts'
import { runStart } from '../support/start-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import type { Env } from '../../platform/config/read-config.ts'

/** Runs `npm start` where it must refuse. @returns all it printed */
async function refusal(env: Env): Promise<string> {
  await using start = runStart({ PORT: '0', ...env })
  expect(await start.exited).toBe(1)
  return start
    .output()
    .replaceAll(/\(node:.*\n|\(Use .*\n|.*its programs run from.*\n|Starting Postgres\n/g, '')
    .trim()
}

test('a port in use is reported in one line, before anything is started', async () => {
  await using folder = await temporaryFolder()
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const address = taken.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const data = join(folder.path, 'data')
  try {
    expect(await refusal({ DATA_DIR: data, PORT: String(port) })).toBe(
      `Port ${port} on 127.0.0.1 is in use. Stop the program that uses it, or choose another port: PORT=${port + 10}.`,
    )
    await expect(access(data)).rejects.toMatchObject({ code: 'ENOENT' })
  } finally {
    taken.close()
  }
})

test('all invalid variables are reported at once', async () => {
  const text = await refusal({ PORT: 'http', SEED_USERS: '-1' })
  expect(text.split('\n')).toHaveLength(2)
  expect(text).toMatch(/^PORT="http"/m)
  expect(text).toMatch(/^SEED_USERS="-1"/m)
})

test('a partial list of database URLs is reported in one line', async () => {
  const text = await refusal({ DATABASE_URL_POSTS: inject('system').databaseUrls.posts })
  expect(text).toBe(
    'DATABASE_URL_USERS and DATABASE_URL_FOLLOWERS are missing, while DATABASE_URL_POSTS is given. \
Give all of them, or none to use the embedded Postgres.',
  )
})

test('a DATA_DIR that cannot be a folder is reported in one line', async () => {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'file')
  await writeFile(file, 'not a folder')
  for (const data of [file, join(file, 'below')]) {
    const text = await refusal({ DATA_DIR: data })
    expect(text).toMatch(
      /^DATA_DIR=\S+ cannot be used: .* is a file, not a folder\..*choose another folder\.$/,
    )
    expect(text).toContain(data)
  }
})

test.runIf(process.platform === 'linux')(
  'a DATA_DIR that is not writable is reported in one line',
  async () => {
    expect(await refusal({ DATA_DIR: '/proc/x/y' })).toBe(
      'DATA_DIR=/proc/x/y cannot be used: no folder can be created there. Create it manually, or choose another folder.',
    )
  },
)

test('unusable databases are reported in one line each, without the password', async () => {
  const { users, posts } = inject('system').databaseUrls
  const wrong = new URL(users)
  wrong.password = 'wrong-password'
  const unknown = new URL(posts)
  unknown.pathname = '/unknown'
  const text = await refusal({
    DATABASE_URL_USERS: wrong.href,
    DATABASE_URL_POSTS: unknown.href,
    DATABASE_URL_FOLLOWERS: 'postgres://u:wrong-password@127.0.0.1:1/x',
  })
  const lines = text.split('\n')
  expect(lines).toHaveLength(3)
  expect(lines[0]).toMatch(/^DATABASE_URL_USERS=\S+ cannot be used: wrong user or password\./)
  expect(lines[1]).toMatch(/^DATABASE_URL_POSTS=\S+ cannot be used: no such database\./)
  expect(lines[2]).toBe(
    'DATABASE_URL_FOLLOWERS=postgres://u:***@127.0.0.1:1/x cannot be used: connection refused. \
Start it, or correct the address.',
  )
  expect(text).not.toContain('wrong-password')
})

test('a damaged secrets.json is reported in one line and not replaced', async () => {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, 'secrets.json'), '{"internal":')
  expect(await refusal({ DATA_DIR: folder.path })).toMatch(
    /^\S+secrets\.json cannot be read: .*move the whole/,
  )
})

test.each([
  ['without PG_VERSION', null, /is not a complete Postgres data folder: PG_VERSION is missing/],
  ['of another major version', '12\n', /was created by Postgres 12, but the embedded one is 18/],
])('a data folder %s is reported in one line, and nothing is deleted', async (_, version, message) => {
  await using folder = await temporaryFolder()
  const cluster = join(folder.path, 'postgres/data')
  await mkdir(join(cluster, 'base'), { recursive: true })
  if (version !== null) await writeFile(join(cluster, 'PG_VERSION'), version)
  await writeFile(join(folder.path, 'secrets.json'), JSON.stringify(makeSecrets(randomBytes)))
  const before = await readdir(cluster)
  const text = await refusal({ DATA_DIR: folder.path })
  expect(text.split('\n')).toHaveLength(1)
  expect(text).toMatch(message)
  expect(text).toContain(cluster)
  expect(await readdir(cluster)).toEqual(before)
})

test('a second start on the same DATA_DIR, and missing secrets, are reported in one line each', async () => {
  await using folder = await temporaryFolder()
  const env = { DATA_DIR: folder.path, PORT: '0' }
  await using first = runStart(env)
  await first.printed(/Tessera is ready/)
  expect(await refusal(env)).toMatch(
    /^Tessera already runs on \S+ \(pid \d+\)\. Stop it first, or start a second/,
  )
  first.kill('SIGINT')
  expect(await first.exited).toBe(0)

  const secrets = join(folder.path, 'secrets.json')
  await rm(secrets)
  const lost = await refusal(env)
  expect(lost).toMatch(
    /^\S+secrets\.json is missing\. It has the passwords of the databases in \S+\. Restore it/,
  )
  expect(lost.split('\n')).toHaveLength(1)
  await expect(access(secrets)).rejects.toMatchObject({ code: 'ENOENT' })
  await writeFile(secrets, JSON.stringify(makeSecrets(randomBytes)))
  expect(await refusal(env)).toMatch(/were made with another password than the one in secrets\.json/)
})
