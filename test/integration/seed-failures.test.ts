import { Client } from 'pg'
import { describe, expect, inject, test } from 'vitest'
import type { Service } from '../../contracts/topology.ts'
import { isSeeded, seed } from '../../local/seed/seed.ts'
import { seedDatabases, type SeedDatabases } from './seed-databases.ts'

const SMALL = { users: 80, postsPerUser: 6, rng: 42 }
/** Fails the transaction at its commit, after every statement of it has succeeded. */
const FAIL_AT_COMMIT = (table: string) => `
  create function fail_now() returns trigger language plpgsql as $$ begin raise 'planted'; end $$;
  create constraint trigger planted after insert on ${table} deferrable initially deferred
  for each row execute function fail_now()`

function run({ urls }: SeedDatabases, log: (line: string) => void = () => {}) {
  return seed({ ...SMALL, urls, log })
}

async function expectEmpty(databases: SeedDatabases): Promise<void> {
  const contents = Object.entries(await databases.contents())
  expect(contents.filter(([, rows]) => rows.length > 0)).toEqual([])
}

describe('a failed seed leaves nothing behind and can be repeated', () => {
  test.each([
    ['users', 'credential'],
    ['posts', 'post_like'],
    ['followers', 'follow_count'],
  ] as const)('when the %s database rejects a row of %s', async (service, table) => {
    await using databases = await seedDatabases()
    await databases.sql(service, `alter table ${table} add constraint planted check (false)`)
    await expect(run(databases)).rejects.toThrow(
      new RegExp(`^The rows could not be loaded into the ${service} database: .*planted`),
    )
    await expectEmpty(databases)
    await databases.sql(service, `alter table ${table} drop constraint planted`)
    await run(databases)
    expect((await databases.contents())['posts.post']).toHaveLength(480)
  })

  test.each([
    ['posts', 'author_count'],
    ['followers', 'follow_period'],
    ['users', 'users'],
  ] as const)('when the %s database cannot commit', async (service, table) => {
    await using databases = await seedDatabases()
    await databases.sql(service, FAIL_AT_COMMIT(table))
    await expect(run(databases)).rejects.toThrow('planted')
    await expectEmpty(databases)
    await databases.sql(service, `drop trigger planted on ${table}`)
    await run(databases)
    expect(await isSeeded(databases.urls.users)).toBe(true)
  })

  test.each(['users', 'posts', 'followers'] as const)(
    'when the %s database is lost during the seed',
    async (service) => {
      await using databases = await seedDatabases()
      let lost: Promise<void> | undefined
      const killed = run(databases, () => {
        lost ??= disconnect(databases, service)
      })
      await expect(killed).rejects.toThrow()
      await lost
      await expectEmpty(databases)
    },
  )
})

test('rows of a seed that was killed between its commits are removed by the next seed', async () => {
  await using databases = await seedDatabases()
  await using whole = await seedDatabases()
  await run(whole)
  // The state after a kill -9 when posts had committed and the others had not.
  await databases.sql('posts', LEFT_BEHIND)
  await databases.sql(
    'posts',
    "insert into idempotency_key (viewer, key, input_hash, result_id) values ('seed', 'unfinished', '', '')",
  )
  const lines: string[] = []
  await run(databases, (line) => lines.push(line))
  expect(lines).toContain('posts: removing the rows of an interrupted seed')
  expect(await databases.contents()).toEqual(await whole.contents())
})

test('other rows are kept, and the seed is rejected', async () => {
  await using databases = await seedDatabases()
  await databases.sql('posts', LEFT_BEHIND)
  await expect(run(databases)).rejects.toThrow('The posts database already has rows in "post"')
  expect((await databases.contents())['posts.post']).toHaveLength(1)
  expect((await databases.contents())['users.users']).toEqual([])
})

const LEFT_BEHIND = `insert into post (id, author_id, text, created_at)
  values (gen_random_uuid(), gen_random_uuid(), 'left behind', now())`

/** Ends every connection to a database, as a crash of the server would. */
async function disconnect({ urls }: SeedDatabases, service: Service): Promise<void> {
  const client = new Client({ connectionString: inject('superuserUrl') })
  await client.connect()
  const name = new URL(urls[service]).pathname.slice(1)
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  await client.end()
}
