import { randomUUID } from 'node:crypto'
import { fork } from 'node:child_process'
import { on, once } from 'node:events'
import { cp } from 'node:fs/promises'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Pool } from 'pg'
import { expect, inject, test } from 'vitest'
import { formatId } from '../../contracts/ids.ts'
import { createLog } from '../../platform/log.ts'
import { migrate } from '../../platform/postgres/migrate.ts'
import { pooledSql } from '../../platform/postgres/pooled-sql.ts'
import { root } from '../../platform/root.ts'
import { decideRelations, lockPairs } from '../../subgraphs/followers/commands/decide-relations.ts'
import type { Pair } from '../../subgraphs/followers/domain/relation.ts'
import { importChunk } from '../../subgraphs/followers/import/import-chunk.ts'
import { startImport } from '../../subgraphs/followers/import/import-loop.ts'
import { historyReady } from '../../subgraphs/followers/queries/history-ready.ts'
import { pooledDatabase } from '../support/pooled-database.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const MIGRATIONS = join(root, 'prisma/followers/migrations')
/** The first migration that knows the event store. */
const FIRST = '0006'
const silent = createLog('followers', { LOG_LEVEL: 'silent' })
const BEGAN = new Date('2024-05-06T07:08:09.123Z')

/** A database of the time before the event store, with follows and blocks, and migrated since. */
async function olderDatabase(follows: number, blocks = 2) {
  await using stack = new AsyncDisposableStack()
  const { url } = stack.use(await pooledDatabase(inject('superuserUrl')))
  const folder = stack.use(await temporaryFolder())
  for (const name of readdirSync(MIGRATIONS)) {
    if (name < FIRST) await cp(join(MIGRATIONS, name), join(folder.path, name), { recursive: true })
  }
  await migrate(url, folder.path)
  const client = stack.adopt(new Client({ connectionString: url }), (it) => it.end())
  await client.connect()
  const pairs = `select gen_random_uuid(), gen_random_uuid(), $1::timestamptz + i * interval '1 ms' from generate_series(1, $2::integer) i`
  await client.query(`insert into follow ${pairs}`, [BEGAN, follows])
  await client.query(`insert into block ${pairs}`, [BEGAN, blocks])
  await migrate(url, MIGRATIONS)
  const pool = stack.adopt(new Pool({ connectionString: url }), (it) => it.end())
  const reader = {
    query: async <Row extends object>({ text }: { text: string }) => (await pool.query<Row>(text)).rows,
  }
  const all = stack.move()
  return {
    url,
    client,
    ...pooledSql(pool),
    ready: () => historyReady(reader)(),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** For each stream its events, with `imported` if they are marked, and whether they have the time of the period. */
const STREAMS = `
  select stream, string_agg(type || case when meta ? 'imported' then ' imported' else '' end, ', ' order by version) as events,
    min(recorded_at) as first, max(recorded_at) as last
  from stream_event group by stream`
const FOLLOWED = 'FollowRequested imported, FollowAccepted imported'
type StreamRow = { stream: string; events: string; first: Date; last: Date }

async function pairsOf(client: Client): Promise<{ a: string; b: string; at: Date; kind: string }[]> {
  const { rows } = await client.query<{ a: string; b: string; at: Date; kind: string }>(
    `select follower_id as a, followee_id as b, began_at as at, 'follow' as kind from follow_period
     union all select blocker_id, blocked_id, blocked_at, 'block' from block`,
  )
  return rows
}

async function expectAllImported(client: Client): Promise<void> {
  const { rows } = await client.query<StreamRow>(STREAMS)
  const streams = new Map(rows.map(({ stream, ...row }) => [stream, row]))
  const pairs = await pairsOf(client)
  for (const { a, b, at, kind } of pairs) {
    const events = kind === 'follow' ? FOLLOWED : 'Blocked imported'
    expect(streams.get(`${formatId('user', a)}>${formatId('user', b)}`)).toEqual({
      events,
      first: at,
      last: at,
    })
  }
  expect(streams.size).toBe(pairs.length)
  expect((await client.query('select from outbox')).rows).toEqual([])
}

test('all relations are imported once, although the process is killed again and again', async () => {
  await using database = await olderDatabase(3_000)
  let kills = 0
  for (let done = false; !done;) {
    const child = fork(new URL('./import-process.ts', import.meta.url), [database.url], { execArgv: [] })
    const closed = once(child, 'exit')
    let chunks = 0
    for await (const _ of on(child, 'message', { close: ['exit'] })) {
      // In the middle of the next chunk, or right after its commit.
      if (++chunks === 2) child.kill('SIGKILL')
    }
    const [code] = (await closed) as [number | null]
    done = code === 0
    if (!done) kills++
  }
  expect(kills).toBeGreaterThan(1)
  await expectAllImported(database.client)
  await expect(database.ready()).resolves.toBeUndefined()
})

test('the past is answered only when all is imported', async () => {
  await using database = await olderDatabase(600)
  await expect(database.ready()).rejects.toMatchObject({ extensions: { code: 'HISTORY_INCOMPLETE' } })
  await importChunk(database.transact)
  await expect(database.ready()).rejects.toThrow(
    'The history of follows is being prepared: 500 of 602 relations are done. Try again later.',
  )
  let last = await importChunk(database.transact)
  while (last.kind === 'imported') last = await importChunk(database.transact)
  expect(last.kind).toBe('done')
  await expect(database.ready()).resolves.toBeUndefined()
})

test('a database without relations has nothing to import', async () => {
  await using database = await olderDatabase(0, 0)
  expect(await importChunk(database.transact)).toEqual({ kind: 'done' })
  await expect(database.ready()).resolves.toBeUndefined()
})

test('commands go on meanwhile, and import their own pairs', async () => {
  await using database = await olderDatabase(2_000, 0)
  const { client, transact } = database
  // The seeded counts do not matter here, but they must not become negative.
  await client.query(
    `insert into follow_count select follower_id, 0, 1 from follow_period union all select followee_id, 1, 0 from follow_period`,
  )
  const pairs = (await pairsOf(client)).map(({ a, b }) => ({ follower: a, followee: b }))
  const ended = pairs.filter((_, i) => i % 20 === 0)
  const unfollow = (pair: Pair) =>
    transact(async (tx) => {
      await lockPairs(tx, [pair])
      const change = { pair, command: { type: 'unfollow' as const } }
      return decideRelations(tx, [change], { clock: Date.now, newId: randomUUID, actor: pair.follower })
    })
  await using importing = startImport({ transact, log: silent })
  for (const some of chunksOf(ended, 4)) await Promise.all(some.map(unfollow))
  await importing.finished
  const { rows } = await client.query<StreamRow>(STREAMS)
  const counts = [...Map.groupBy(rows, ({ events }) => events)].map(([events, { length }]) => [
    events,
    length,
  ])
  expect(Object.fromEntries(counts)).toEqual({ [FOLLOWED]: 1_900, [`${FOLLOWED}, FollowEnded`]: 100 })
  expect((await client.query('select from follow_period where ended_at is null')).rows).toHaveLength(1_900)
})

test('two processes share the work, and wait for each other', async () => {
  await using database = await olderDatabase(1_500)
  await using first = startImport({ transact: database.transact, log: silent })
  await using second = startImport({ transact: database.transact, log: silent })
  await Promise.all([first.finished, second.finished])
  expect(await importChunk(database.transact)).toEqual({ kind: 'done' })
  await expectAllImported(database.client)
})

function* chunksOf<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size)
}
