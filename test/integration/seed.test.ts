import { describe, expect, test } from 'vitest'
import { DEMO_PASSWORD, isSeeded, seed } from '../../local/seed/seed.ts'
import { verifyPassword } from '../../platform/password.ts'
import { seedDatabases, type SeedDatabases } from './seed-databases.ts'

const SMALL = { users: 80, postsPerUser: 6, rng: 42 }

async function seeded(options: Partial<typeof SMALL> = {}): Promise<SeedDatabases> {
  const databases = await seedDatabases()
  await seed({ ...SMALL, ...options, urls: databases.urls, log: () => {} })
  return databases
}

test('a seed has the requested sizes, and every counter is right', async () => {
  await using databases = await seeded()
  const count = async (service: 'users' | 'posts' | 'followers', text: string) =>
    Number((await databases.sql<{ count: string }>(service, `select count(*) from ${text}`))[0]?.count)
  expect(await count('users', 'users join credential on user_id = id')).toBe(80)
  expect(await count('posts', 'post')).toBe(480)
  expect(await count('posts', 'post where reply_to_id is not null')).toBeGreaterThan(30)
  expect(await count('posts', 'post_like')).toBeGreaterThan(480)
  expect(
    await count('posts', 'post p where like_count <> (select count(*) from post_like where post_id = p.id)'),
  ).toBe(0)
  expect(
    await count('posts', 'post p where reply_count <> (select count(*) from post where reply_to_id = p.id)'),
  ).toBe(0)
  expect(
    await count(
      'posts',
      `(select author_id, count(*) as posts from post group by 1) p full join author_count using (author_id)
       where posts is distinct from post_count`,
    ),
  ).toBe(0)
  expect(
    await count(
      'followers',
      `follow_count c where follower_count <> (select count(*) from follow_period where followee_id = c.user_id and ended_at is null)
       or following_count <> (select count(*) from follow_period where follower_id = c.user_id and ended_at is null)`,
    ),
  ).toBe(0)
  expect(await count('followers', 'follow_count')).toBe(80)
})

test('the tables are vacuumed and have statistics', async () => {
  await using databases = await seeded()
  for (const [service, tables] of [
    ['users', ['credential', 'outbox', 'users']],
    ['posts', ['author_count', 'outbox', 'post', 'post_like']],
    ['followers', ['follow_count', 'follow_period', 'outbox', 'stream_event']],
  ] as const) {
    const found = await databases.sql(
      service,
      'select relname from pg_stat_user_tables where vacuum_count > 0 and analyze_count > 0 order by relname',
    )
    expect(found.map(({ relname }) => relname)).toEqual(tables)
  }
})

test('the same number gives identical rows, and another number gives different rows', async () => {
  await using first = await seeded()
  await using second = await seeded()
  await using other = await seeded({ rng: 43 })
  const contents = await first.contents()
  expect(await second.contents()).toEqual(contents)
  expect((await other.contents())['posts.post']).not.toEqual(contents['posts.post'])
})

test('the named users exist, with the demo password, posts and friends', async () => {
  await using databases = await seeded()
  const users = await databases.sql<{ id: string; handle: string; password_hash: string }>(
    'users',
    "select id, handle, password_hash from users join credential on user_id = id where handle !~ '_' order by handle",
  )
  expect(users.map(({ handle }) => handle)).toEqual(['alice', 'bob', 'carol', 'celeste', 'dan'])
  expect(await verifyPassword(DEMO_PASSWORD, users[0]?.password_hash ?? '')).toBe(true)
  const ids = users.filter(({ handle }) => handle !== 'celeste').map(({ id }) => `'${id}'`)
  const among = await databases.sql(
    'followers',
    `select from follow_period where follower_id in (${ids.join()}) and followee_id in (${ids.join()})
       and ended_at is null`,
  )
  expect(among).toHaveLength(12)
  const posts = await databases.sql('posts', `select from author_count where author_id in (${ids.join()})`)
  expect(posts).toHaveLength(4)
})

test('databases with users are rejected and not changed', async () => {
  await using databases = await seeded()
  const before = await databases.contents()
  expect(await isSeeded(databases.urls.users)).toBe(true)
  await expect(seed({ ...SMALL, rng: 7, urls: databases.urls, log: () => {} })).rejects.toThrow(
    'The users database already has users; nothing was changed.',
  )
  expect(await databases.contents()).toEqual(before)
})

test('if two seeds run at once, one is rejected and the other is complete', async () => {
  await using databases = await seedDatabases()
  const run = (rng: number) => seed({ ...SMALL, rng, urls: databases.urls, log: () => {} })
  const results = await Promise.allSettled([run(1), run(2)])
  expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  expect((await databases.contents())['posts.post']).toHaveLength(480)
})

describe('a seed that cannot start reports the remedy', () => {
  test('when the databases are not migrated', async () => {
    await using databases = await seedDatabases()
    await databases.sql('posts', 'drop table post_like')
    await expect(seed({ ...SMALL, urls: databases.urls, log: () => {} })).rejects.toThrow(
      'The posts database has no tables yet. Run npm run migrate, then seed again.',
    )
    expect(await isSeeded(databases.urls.users)).toBe(false)
  })

  test('when there is no database, without the password', async () => {
    await using databases = await seedDatabases()
    const urls = { ...databases.urls, followers: 'postgres://me:hidden@127.0.0.1:1/none' }
    await expect(seed({ ...SMALL, urls, log: () => {} })).rejects.toThrow(
      /^Cannot connect to the followers database at 127.0.0.1:1\/none: .*ECONNREFUSED.*DATABASE_URL_FOLLOWERS\.$/,
    )
  })

  test('when the number of users is too small', async () => {
    await using databases = await seedDatabases()
    await expect(seed({ ...SMALL, users: 3, urls: databases.urls, log: () => {} })).rejects.toThrow(
      'Cannot seed 3 users',
    )
  })
})
