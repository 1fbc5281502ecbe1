import { Client } from 'pg'
import { expect, test } from 'vitest'
import { seed } from '../../local/seed/seed.ts'
import { checkEvent } from '../../contracts/events.ts'
import { checkLog, createSignal, startRelay } from '../../patterns/change-log/index.ts'
import { seedDatabases, type SeedDatabases } from '../integration/seed-databases.ts'
import type { Told } from './bed.ts'
import { foldPosts, foldRelations, uuid } from './fold.ts'
import { readPosts, readRelations } from './tables.ts'

const SMALL = { users: 80, postsPerUser: 6, rng: 42, log: () => {} }
const OUTBOX = 'select type, key, version, payload, touches, headers, xid::text from outbox order by seq'

test('the fold of the seed’s events equals its tables', async () => {
  await using databases = await seedDatabases()
  await seed({ ...SMALL, urls: databases.urls })
  await using stack = new AsyncDisposableStack()
  const open = async (service: 'users' | 'posts' | 'followers') => {
    const client = stack.adopt(new Client({ connectionString: databases.urls[service] }), (it) => it.end())
    await client.connect()
    const { rows } = await client.query<Told & { headers: unknown }>(OUTBOX)
    expect(rows.map(checkEvent).filter((fault) => fault !== null)).toEqual([])
    expect(
      rows.filter(({ touches, headers }) => touches ?? Object.keys(headers as object).length > 0),
    ).toEqual([])
    return { client, told: rows }
  }
  const users = await open('users')
  const rows = await users.client.query(
    `select id, handle, name, bio, version, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
       as "createdAt" from users order by id`,
  )
  const made = users.told.map(({ payload: { userId, ...profile } }) => ({ ...profile, id: uuid(userId) }))
  expect(made.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(rows.rows)

  const posts = await open('posts')
  expect(foldPosts(posts.told)).toEqual((await readPosts(posts.client)).posts)
  const mentions = await posts.client.query<{ mentioned: string }>(
    `select id || ' ' || (m ->> 'start') || ' ' || (m ->> 'length') || ' ' || (m ->> 'userId') as mentioned
     from post, jsonb_array_elements(mentions) m order by 1`,
  )
  const told = posts.told.flatMap(({ payload }) => mentionsOf(payload))
  expect(told.length).toBeGreaterThan(10)
  expect(told.toSorted()).toEqual(mentions.rows.map(({ mentioned }) => mentioned).toSorted())

  const followers = await open('followers')
  expect(foldRelations(followers.told)).toEqual((await readRelations(followers.client)).edges)
})

type Mentions = { start: number; length: number; userId: string }[]

function mentionsOf({ postId, mentions = [] }: Record<string, unknown>): string[] {
  return (mentions as Mentions).map(
    ({ start, length, userId }) => `${uuid(postId)} ${start} ${length} ${uuid(userId)}`,
  )
}

const LEFT_BEHIND = `
  with post as (
    insert into post (id, author_id, text, created_at) values (gen_random_uuid(), gen_random_uuid(), 'left behind', now())
  ), told as (
    insert into outbox (key, type, version, payload, headers) values ('left behind', 'post.created', 1, '{}', '{}')
  )
  insert into idempotency_key (viewer, key, input_hash, result_id) values ('seed', 'unfinished', '', '')`

test('the events of an interrupted seed are deleted if no consumer can have read them', async () => {
  await using databases = await seedDatabases()
  await databases.sql('posts', LEFT_BEHIND)
  await seed({ ...SMALL, urls: databases.urls })
  expect(await leftBehind(databases)).toEqual([])
})

test('if consumers can have applied events of an interrupted seed, a new epoch begins without them', async () => {
  await using databases = await seedDatabases()
  await databases.sql('posts', LEFT_BEHIND)
  await using stack = new AsyncDisposableStack()
  const [written, ticked] = [createSignal(), createSignal()]
  const connect = async () => {
    const client = new Client({ connectionString: databases.urls.posts })
    await client.connect()
    return client
  }
  const clock = () => performance.now()
  const relay = {
    connect,
    written,
    ticked,
    publishers: [],
    report: () => {},
    clock,
    heartbeatMs: 50,
    retryMs: 20,
  }
  stack.use(startRelay(relay))
  const ticks = () =>
    databases.sql<{ epoch: string; offsets: number }>(
      'posts',
      'select epoch, sum(cnt)::int as offsets from tick group by 1 order by 1',
    )
  const until = async (offsets: number) => {
    for (;;) {
      const seen = ticked.count
      const [last] = (await ticks()).slice(-1)
      if (last?.offsets === offsets) return last
      await ticked.after(seen, 5_000)
    }
  }
  const old = await until(1)
  // Between clearing the tables and the new epoch, so that the clearing is not the youngest transaction of all.
  const holder = stack.adopt(await connect(), (it) => it.end())
  await holder.query('begin')
  await holder.query('lock table tick in row share mode')
  const seeding = seed({ ...SMALL, urls: databases.urls })
  await waits(databases)
  await databases.sql('posts', 'select pg_current_xact_id()')
  await holder.query('commit')
  await seeding
  const [{ count } = { count: 0 }] = await databases.sql<{ count: number }>(
    'posts',
    'select count(*)::int from outbox',
  )
  const fresh = await until(count)
  expect(count).toBeGreaterThan(480)
  expect(Number(fresh.epoch)).toBeGreaterThan(Number(old.epoch))
  expect((await ticks()).map(({ epoch }) => epoch)).toEqual([fresh.epoch])
  expect(await leftBehind(databases)).toEqual([])
  const client = stack.adopt(await connect(), (it) => it.end())
  expect(await checkLog(async (text, ...values) => (await client.query(text, values)).rows)).toEqual({
    kind: 'ok',
  })
})

/** Resolves once somebody waits for the lock of `tick`. */
async function waits(databases: SeedDatabases): Promise<void> {
  const waiting =
    "select from pg_locks where relation = 'tick'::regclass and not granted and mode = 'ExclusiveLock'"
  for (let found = 0; found === 0;) found = (await databases.sql('posts', waiting)).length
}

function leftBehind(databases: SeedDatabases) {
  return databases.sql('posts', "select from outbox where key = 'left behind'")
}
