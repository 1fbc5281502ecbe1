import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { redisOfGateways } from '../../cli/schema-usage/redis-of-gateways.ts'
import { redisUsageStore } from '../../gateway/usage/redis-usage-store.ts'
import { dayOf } from '../../gateway/usage/usage-store.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { dialRedis } from '../../platform/redis/client.ts'
import { freePort } from '../../platform/ports.ts'
import { root } from '../../platform/root.ts'
import { ownSubgraphs } from '../../schema/check/config/own-subgraphs.ts'
import { readUsageExport } from '../../schema/check/usage/usage-export.ts'
import { workspace, type Workspace } from '../schema-check/support/workspace.ts'
import { runStart } from '../support/start-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const DAY_MS = 86_400_000
const IOS = { 'apollographql-client-name': 'ios', 'apollographql-client-version': '3.1' }

/** What the gateways of an installation recorded: the output of `npm run schema:usage -- export --json`. */
async function exported(DATA_DIR: string): Promise<string> {
  const child = spawn(process.execPath, [join(root, 'cli/schema-usage.ts'), 'export', '--json'], {
    env: { ...inheritedEnv(), REDIS_URL: '', DATA_DIR },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = text(child.stdout)
  await once(child, 'close')
  return output
}

/** Adds days without requests to the recording, as a gateway writes them that ran before: a test cannot wait for a month. */
async function recordEarlierDays(DATA_DIR: string, days: number): Promise<void> {
  await using redis = await dialRedis(await redisOfGateways({ DATA_DIR }))
  const store = redisUsageStore(redis.send)
  const now = Date.now()
  for (let i = 0; i <= days; i++) {
    const from = Date.parse(dayOf(now - (days - i) * DAY_MS))
    const to = Math.min(from + DAY_MS, now)
    const nothing = { lost: 0, operations: [], uses: [], inputs: [] }
    const state = i < days ? 'recording' : 'stopped'
    await store.write({
      day: dayOf(from),
      gateway: 'earlier',
      sequence: i + 1,
      from,
      to,
      end: to,
      state,
      ...nothing,
    })
  }
}

/** A repository with the subgraphs of this one, and a config that names them. */
async function repositoryOfSubgraphs(): Promise<Workspace> {
  const files = await Promise.all(
    ownSubgraphs().subgraphs.map(async ({ name, source }): Promise<[string, string]> => {
      if (source.kind === 'text') return [name, source.sdl]
      const paths = source.kind === 'files' ? source.files : []
      return [name, (await Promise.all(paths.map((path) => readFile(path, 'utf8')))).join('\n')]
    }),
  )
  const entries = files.map(([name]) => `  ${name}:\n    schema:\n      file: ${name}.graphql\n`)
  const folder = await workspace({
    ...Object.fromEntries(files.map(([name, sdl]) => [`${name}.graphql`, sdl])),
    'supergraph.yaml': `subgraphs:\n${entries.join('')}`,
  })
  await folder.commit()
  return folder
}

/** A branch that removes a part of the SDL, and what the check says about it. */
async function checkWithout(folder: Workspace, removed: string, branch: string) {
  await folder.git('checkout', '-q', '-b', branch, 'main')
  const names = (await folder.git('ls-files', '*.graphql')).split('\n')
  const sdls = await Promise.all(names.map((name) => readFile(join(folder.path, name), 'utf8')))
  const changed = names.flatMap((name, i) => {
    const sdl = sdls[i]
    return sdl?.includes(removed) ? [[name, sdl.replace(removed, '')]] : []
  })
  expect(changed).toHaveLength(1)
  await folder.write(Object.fromEntries(changed) as Record<string, string>)
  await folder.commit()
  return folder.check('--config', 'supergraph.yaml', '--usage', 'usage.json')
}

test('what clients request of npm start decides which field a branch may remove', async () => {
  await using data = await temporaryFolder()
  const DATA_DIR = join(data.path, 'data')
  const port = await freePort()
  await using start = runStart({ DATA_DIR, PORT: String(port) }, [])
  await start.printed(/Tessera is ready/)
  await recordEarlierDays(DATA_DIR, 31)

  const query = 'query Profile { user(handle: "alice") { name bio } }'
  for (let i = 0; i < 3; i++) {
    const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...IOS },
      body: JSON.stringify({ query }),
    })
    expect(await response.json()).toMatchObject({ data: { user: { name: expect.any(String) as string } } })
  }
  const clients = async () => {
    const usage = readUsageExport(await exported(DATA_DIR), 'usage.json')
    return 'faults' in usage ? usage.faults : usage.operations.find(({ name }) => name === 'Profile')?.clients
  }
  await expect.poll(clients).toMatchObject([{ name: 'ios', version: '3.1', count: 3 }])

  await using folder = await repositoryOfSubgraphs()
  await folder.write({ '.gitignore': 'usage.json\n', 'usage.json': await exported(DATA_DIR) })
  await folder.commit()

  const used = await checkWithout(
    folder,
    '  "The profile text, up to 500 characters. May be empty."\n  bio: String!\n',
    'used',
  )
  expect(used.text).toMatch(/error FIELD_REMOVED at \w+\.graphql:\d+:\d+/)
  expect(used.text).toMatch(
    /Profile: ios 3\.1, 3 requests, last \S+: Cannot query field "bio" on type "User"\./,
  )
  expect(used.code).toBe(1)

  const unused = await checkWithout(
    folder,
    '  "When the user signed up."\n  createdAt: DateTime!\n',
    'unused',
  )
  expect(unused.text).toMatch(/1 breaking change: 0 in use, 0 of unknown use, 1 unused/)
  expect(unused.text).toMatch(/last used: never; window: 30 days to \S+; \d+ requests of \d+ operations/)
  expect(unused.code).toBe(0)
})
