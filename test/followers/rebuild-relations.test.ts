import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { Pool } from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isFailure } from '../../contracts/failure.ts'
import type { Sql, Transact } from '../../contracts/sql.ts'
import { rebuildProjection, readStreams } from '../../patterns/event-store/index.ts'
import { pooledSql } from '../../platform/postgres/pooled-sql.ts'
import { decideRelations, lockPairs } from '../../subgraphs/followers/commands/decide-relations.ts'
import { streamOf } from '../../subgraphs/followers/domain/events.ts'
import { RELATION_SCHEMAS, type RelationCommand } from '../../subgraphs/followers/domain/relation.ts'
import { relationProjection } from '../../subgraphs/followers/projection/relation-projection.ts'
import { startCommand, type Ended } from '../log-command/run-log.ts'
import { freshDatabase } from '../support/database.ts'

let stack: AsyncDisposableStack
let url: string
let sql: Sql
let transact: Transact
beforeEach(async () => {
  stack = new AsyncDisposableStack()
  url = stack.use(await freshDatabase('followers')).url
  const pool = stack.adopt(new Pool({ connectionString: url, max: 5 }), (opened) => opened.end())
  const opened = pooledSql(pool)
  sql = opened.sql
  transact = opened.transact
})
afterEach(() => stack.disposeAsync())

const USERS = [1, 2, 3].map((n) => `0193fc56-0000-7000-8000-00000000000${n}`)
const FIRST = { follower: USERS[0] ?? '', followee: USERS[1] ?? '' }
const stop = new AbortController().signal
const compare = (checkOnly: boolean) =>
  rebuildProjection({ sql, transact, projection: relationProjection, checkOnly, parallel: 2, chunk: 2 }, stop)
const RIGHT = { differing: { count: 0 }, wrongCounters: { count: 0 }, unreadable: { count: 0 } }

const TABLES = ['follow_period', 'follow_request', 'block', 'follow_count']
const tables = () => Promise.all(TABLES.map((table) => sql(`select * from ${table} order by 1, 2, 3`)))

const command = fc.record({
  pair: fc.constantFrom([0, 1], [1, 0], [0, 2], [2, 1]),
  type: fc.constantFrom(
    'follow',
    'follow',
    'accept',
    'decline',
    'unfollow',
    'remove',
    'block',
    'unblock',
    'expire',
  ),
})

let requests = 0
const newRequest = () => `00000000-0000-4000-8000-${String(++requests).padStart(12, '0')}`

/** Runs a command; decisions are about the request that is open. */
async function run(i: readonly number[], type: RelationCommand['type'], now: number): Promise<void> {
  const pair = { follower: USERS[i[0] ?? 0] ?? '', followee: USERS[i[1] ?? 0] ?? '' }
  await transact(async (tx) => {
    await lockPairs(tx, [pair])
    const [open] = await tx<{ id: string }>(
      'select id from follow_request where follower_id = $1 and followee_id = $2',
      pair.follower,
      pair.followee,
    )
    const requestId = type === 'follow' ? newRequest() : (open?.id ?? newRequest())
    const sent = { type, requestId, blocked: false, reason: 'declined' } as RelationCommand
    const decided = await decideRelations(tx, [{ pair, command: sent }], {
      clock: () => now,
      newId: newRequest,
      actor: pair.follower,
    })
    return isFailure(decided)
  })
}

test('after any commands the tables are the fold of the streams, and are rebuilt from them', async () => {
  let now = Date.parse('2026-01-01')
  const property = fc.asyncProperty(fc.array(command, { minLength: 1, maxLength: 30 }), async (commands) => {
    for (const { pair, type } of commands) await run(pair, type, (now += 1_000))
    expect(await compare(true)).toMatchObject(RIGHT)
    const right = await tables()
    for (const table of TABLES) await sql(`delete from ${table}`)
    expect(await compare(false)).toMatchObject({ unreadable: { count: 0 } })
    // Users whose counts are all 0 may have no row.
    expect((await tables()).slice(0, 3)).toEqual(right.slice(0, 3))
    expect(await compare(true)).toMatchObject(RIGHT)
  })
  await fc.assert(property, { numRuns: 10 })
})

test('counts and rows that are wrong are repaired', async () => {
  await run([0, 1], 'follow', 1_000)
  await run([0, 1], 'accept', 2_000)
  const right = await tables()
  await sql('update follow_count set follower_count = 5, following_count = 7')
  await sql("update follow_period set began_at = began_at - interval '1 day'")
  expect(await compare(true)).toMatchObject({ differing: { count: 1 }, wrongCounters: { count: 2 } })
  await compare(false)
  expect(await tables()).toEqual(right)
})

test('follows that are older than the event store are left alone', async () => {
  await sql('insert into follow_period values ($1, $2, now())', FIRST.follower, FIRST.followee)
  await sql('insert into follow_count values ($1, 0, 1), ($2, 1, 0)', FIRST.follower, FIRST.followee)
  const before = await tables()
  expect(await compare(false)).toMatchObject(RIGHT)
  expect(await tables()).toEqual(before)
})

test('one event of every schema ever written is read and folded', async () => {
  const file = join(import.meta.dirname, 'events-ever-written.json')
  const events = JSON.parse(await readFile(file, 'utf8')) as { type: string; schema: number; data: unknown }[]
  const written = new Set(events.map(({ type, schema }) => `${type} ${schema}`))
  const known = Object.entries(RELATION_SCHEMAS).flatMap(([type, { schema }]) =>
    Array.from({ length: schema }, (_, i) => `${type} ${i + 1}`),
  )
  expect([...written].toSorted()).toEqual(known.toSorted())
  const stream = streamOf(FIRST)
  for (const [i, { type, schema, data }] of events.entries()) {
    const insert = `insert into stream_event values ($1, $2, $3, $4, $5, '{}', $6)`
    await sql(insert, stream, i + 1, type, schema, JSON.stringify(data), new Date(i))
  }
  const { initial, evolve } = relationProjection
  const read = (await readStreams(sql, [stream], RELATION_SCHEMAS)).get(stream) ?? []
  expect(read.reduce(evolve, initial)).toEqual({
    periods: [{ beganAt: new Date(1), endedAt: new Date(2) }],
    request: { id: '44444444-4444-4444-8444-444444444444', requestedAt: new Date(9) },
    blockedAt: null,
  })
})

async function runEvents(...args: string[]): Promise<Ended> {
  const names = ['DATABASE_URL_USERS', 'DATABASE_URL_POSTS', 'DATABASE_URL_FOLLOWERS']
  await using started = startCommand('events', args, Object.fromEntries(names.map((name) => [name, url])))
  return await started.ended
}

test('npm run events checks, repairs and shows', async () => {
  await run([0, 1], 'follow', 1_000)
  await run([0, 1], 'accept', 2_000)
  await sql('delete from follow_period')
  const stream = streamOf(FIRST)
  const checked = await runEvents('check')
  expect(checked).toMatchObject({ code: 1, err: [] })
  expect(checked.out).toContain(`! 1 stream differed from the tables: ${stream}`)
  const rebuilt = await runEvents('rebuild')
  expect(rebuilt).toMatchObject({ code: 0, err: [] })
  expect(rebuilt.out).toContain(`  1 stream differed from the tables, repaired: ${stream}`)
  await sql('grant delete on stream_event to current_user')
  const { code, out } = await runEvents('check', '--json')
  expect([code, JSON.parse(out.join('\n'))]).toMatchObject([
    1,
    { ...RIGHT, right: false, streams: 1, rights: ['delete'] },
  ])
  const shown = await runEvents('show', stream)
  expect(shown.out[0]).toMatch(/^1 {2}1970-01-01T00:00:01.000Z {2}FollowRequested 1 {2}\{"requestId":"/)
  expect(JSON.parse((await runEvents('show', stream, '--json')).out.join('\n'))).toHaveLength(2)
  expect(await runEvents('show', 'nothing')).toMatchObject({
    code: 1,
    err: ['The stream nothing has no events.'],
  })
  expect((await runEvents('--help')).out.join('\n')).toContain('check')
})
