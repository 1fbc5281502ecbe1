import { Client } from 'pg'
import { expect, test } from 'vitest'
import type { Sql } from '../../contracts/sql.ts'
import { formatId, type Uuid } from '../../contracts/ids.ts'
import type { EventRecord } from '../../patterns/change-log/index.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import { blockCopy, compareBlocks } from '../../subgraphs/posts/blocks/block-copy.ts'
import { blockEvents } from '../../subgraphs/posts/blocks/block-events.ts'
import { readBlocks } from '../../subgraphs/posts/blocks/read-blocks.ts'
import { freshDatabase } from '../support/database.ts'

const makeId = idMaker(systemClock)
const START = { position: { epoch: 1, offset: 5 }, cur: '9:9:', time: 0, snapshot: '9:9:' }

async function openPosts() {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await freshDatabase('posts'))
  const client = stack.adopt(new Client({ connectionString: database.url }), (it) => it.end())
  await client.connect()
  const sql: Sql = async (text, ...values) => (await client.query(text, values)).rows
  const opened = stack.move()
  return {
    sql,
    pairs: async () =>
      (
        await sql<{ pair: string }>(
          "select blocker_id || '>' || blocked_id as pair from block order by blocker_id, blocked_id",
        )
      ).map(({ pair }) => pair),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

let offset = 0
function happened(type: 'user.blocked' | 'user.unblocked', blocker: Uuid, blocked: Uuid): EventRecord {
  const [blockerId, blockedId] = [formatId('user', blocker), formatId('user', blocked)]
  const rest = { kind: 'event', xid: '9', touches: [], headers: {}, time: 0 } as const
  const payload = { blockerId, blockedId, more: 'of later releases' }
  return { ...rest, type, key: `${blockerId}>${blockedId}`, version: 1, payload, offset: ++offset }
}

test('the copy has the latest state of each ordered pair, also if events are applied again', async () => {
  await using posts = await openPosts()
  const [ann, bob, cat] = [makeId(), makeId(), makeId()]
  const events = [
    happened('user.blocked', ann, bob),
    happened('user.blocked', bob, ann),
    happened('user.unblocked', ann, bob),
    happened('user.blocked', cat, ann),
    happened('user.unblocked', cat, ann),
    happened('user.blocked', cat, ann),
  ]
  const expected = [`${bob}>${ann}`, `${cat}>${ann}`].toSorted()
  await blockEvents.apply(posts.sql, events)
  expect(await posts.pairs()).toEqual(expected)
  await blockEvents.apply(posts.sql, events)
  for (const event of events) await blockEvents.apply(posts.sql, [event])
  expect(await posts.pairs()).toEqual(expected)
  // No response shows a block, so caches are not asked to drop anything.
  expect(await posts.sql('select type from outbox')).toEqual([])
})

test('an event without the id of a user cannot be applied, and names the field', async () => {
  await using posts = await openPosts()
  const event = { ...happened('user.blocked', makeId(), makeId()), payload: { blockerId: 7 } }
  await expect(blockEvents.apply(posts.sql, [event])).rejects.toThrow(
    'user.blocked: payload.blockerId: expected the id of a user, got 7',
  )
})

test('blocks are read in both directions, and the own block first', async () => {
  await using posts = await openPosts()
  const [ann, bob, cat, dan, eve] = [makeId(), makeId(), makeId(), makeId(), makeId()]
  await blockEvents.apply(posts.sql, [
    happened('user.blocked', ann, bob),
    happened('user.blocked', cat, ann),
    happened('user.blocked', ann, dan),
    happened('user.blocked', dan, ann),
    happened('user.blocked', bob, eve),
  ])
  expect(await readBlocks(posts.sql, ann, [ann, bob, cat, dan, eve])).toEqual(
    new Map([
      [bob, 'blocks'],
      [cat, 'blockedBy'],
      [dan, 'blocks'],
    ]),
  )
  expect(await readBlocks(posts.sql, ann, [])).toEqual(new Map())
})

test('the comparison finds missing and surplus blocks, wherever they are in the order', async () => {
  await using posts = await openPosts()
  const ids = Array.from({ length: 9 }, () => makeId()).toSorted()
  const rows = ids.map((blockerId, i) => ({ blockerId, blockedId: ids[(i + 1) % ids.length] as Uuid }))
  const names = rows.map(({ blockerId, blockedId }) => `${blockerId}>${blockedId}`)
  await blockCopy.add(posts.sql, rows, START)
  const compare = compareBlocks(posts.sql)
  const wrongIn = async (...batches: (typeof rows)[]) => {
    const wrong: string[] = []
    for (const batch of batches) wrong.push(...(await compare(batch, false)).wrong)
    return [...wrong, ...(await compare([], true)).wrong].toSorted()
  }
  expect(await wrongIn(rows)).toEqual([])
  expect(await wrongIn(rows.slice(0, 4), rows.slice(4))).toEqual([])
  // Surplus: at the begin, between two batches, and at the end.
  const [first, fifth, ninth] = [names[0], names[4], names[8]]
  expect(await wrongIn(rows.slice(1, 4), rows.slice(5, 8))).toEqual([first, fifth, ninth])
  expect(await wrongIn()).toEqual(names)
  await posts.sql('delete from block where blocker_id = any($1::uuid[])', [ids[0], ids[4], ids[8]])
  expect(await wrongIn(rows.slice(0, 4), rows.slice(4))).toEqual([first, fifth, ninth])
  await blockCopy.clear(posts.sql, 'followers')
  expect(await wrongIn(rows)).toEqual(names)
  expect(await wrongIn()).toEqual([])
  await expect(compare([{ blockerId: 'x' }], false)).rejects.toThrow('is not a block: {"blockerId":"x"}')
})
