import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isSeeded, seed } from '../../local/seed/seed.ts'
import { seedDatabases } from './seed-databases.ts'

async function edgeFile(content: string): Promise<AsyncDisposable & { path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-edges-'))
  const path = join(folder, 'graph.txt')
  await writeFile(path, content)
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

test('an edge list is loaded as users and follows, and malformed lines are reported', async () => {
  await using file = await edgeFile('# a graph\nzero erin\nzero 1\n1 zero 0.5\n7 7\nhalf\nzero 1\n')
  await using databases = await seedDatabases()
  const lines: string[] = []
  const log = (line: string) => lines.push(line)
  await seed({ urls: databases.urls, users: 1_000, postsPerUser: 2, rng: 42, edges: file.path, log })
  const users = await databases.sql<{ id: string; handle: string }>(
    'users',
    'select id, handle from users order by id',
  )
  const handles = new Map(users.map(({ id, handle }) => [id, handle]))
  expect([...handles.values()]).toEqual(['alice', 'bob', 'carol', 'dan', 'celeste', 'zero', 'erin', 'user_1'])
  const follows = await databases.sql<{ a: string; b: string }>(
    'followers',
    'select follower_id as a, followee_id as b from follow_period where ended_at is null order by follower_id, followee_id',
  )
  const named = follows.map(({ a, b }) => `${handles.get(a)} ${handles.get(b)}`)
  expect(named.filter((text) => /\d|zero/.test(text))).toEqual(['zero erin', 'zero user_1', 'user_1 zero'])
  expect(named).toHaveLength(3 + 20)
  expect(lines).toContain(`${file.path}, line 6: "half": expected two ids, as in "17 42"; skipped`)
})

test('a file without edges loads nothing', async () => {
  await using file = await edgeFile('# nothing\n')
  await using databases = await seedDatabases()
  const run = (edges: string) =>
    seed({ urls: databases.urls, users: 5, postsPerUser: 2, rng: 42, edges, log: () => {} })
  await expect(run(file.path)).rejects.toThrow('has no edges')
  await expect(run(`${file.path}.missing`)).rejects.toThrow('there is no such file')
  expect(await isSeeded(databases.urls.users)).toBe(false)
  expect((await databases.contents())['followers.follow_period']).toEqual([])
})
