import { Client } from 'pg'
import { expect, test } from 'vitest'
import type { Sql } from '../../contracts/sql.ts'
import { facets } from '../../contracts/facets.ts'
import { formatId, type Uuid } from '../../contracts/ids.ts'
import type { EventRecord } from '../../patterns/change-log/index.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import { authorCopy } from '../../subgraphs/posts/authors/author-copy.ts'
import { authorEvents } from '../../subgraphs/posts/authors/author-events.ts'
import { freshDatabase } from '../support/database.ts'

const makeId = idMaker(systemClock)

async function openPosts() {
  await using stack = new AsyncDisposableStack()
  const database = stack.use(await freshDatabase('posts'))
  const client = stack.adopt(new Client({ connectionString: database.url }), (it) => it.end())
  await client.connect()
  const sql: Sql = async (text, ...values) => (await client.query(text, values)).rows
  const opened = stack.move()
  return {
    sql,
    /** What the log of posts was told since the last time. */
    async told() {
      const { rows } = await client.query('select type, key, payload, touches, seq from outbox order by seq')
      await client.query('delete from outbox')
      return rows.map(({ type, key, payload, touches }) => ({ type, key, payload, touches }))
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

let offset = 0
function happened(type: string, user: Uuid, version: number, fields: object): EventRecord {
  const userId = formatId('user', user)
  const payload = { userId, version, ...fields }
  const rest = { kind: 'event', xid: '9', key: userId, touches: [], headers: {}, time: 0 } as const
  return { ...rest, type, version: 1, payload, offset: ++offset }
}

const changed = (touches: readonly string[] | null) => ({
  type: 'copy.changed',
  key: 'copy of users',
  payload: { source: 'users' },
  touches,
})
const author = (user: Uuid) => facets.author(formatId('user', user))

test('only authors whose copied handle or name changes are written into the log of posts', async () => {
  await using posts = await openPosts()
  const [ann, bob] = [makeId(), makeId()]
  await authorEvents.apply(posts.sql, [
    happened('user.created', ann, 1, { handle: 'ann', name: 'Ann' }),
    happened('user.created', bob, 1, { handle: 'bob', name: 'Bob' }),
    happened('user.renamed', ann, 2, { handle: 'anne' }),
  ])
  const told = await posts.told()
  expect(told).toEqual([changed(expect.any(Array))])
  expect(told[0]?.touches.toSorted()).toEqual([author(ann), author(bob)].toSorted())
  await authorEvents.apply(posts.sql, [happened('user.updated', bob, 2, { name: 'Robert' })])
  expect(await posts.told()).toEqual([changed([author(bob)])])
  // The export had it already.
  await authorEvents.apply(posts.sql, [happened('user.renamed', bob, 1, { handle: 'rob' })])
  expect(await posts.told()).toEqual([])
})

test('more authors than one event can list are listed in several events, so that other authors stay cached', async () => {
  await using posts = await openPosts()
  const people = Array.from({ length: 300 }, () => makeId())
  const events = people.map((user, i) =>
    happened('user.created', user, 1, { handle: `p${i}`, name: `Person ${i}` }),
  )
  await authorEvents.apply(posts.sql, events)
  const touched: (string[] | null)[] = (await posts.told()).map(({ touches }) => touches)
  expect(touched.map((facetsOf) => facetsOf?.length)).toEqual([256, 44])
  expect(new Set(touched.flat())).toEqual(new Set(people.map(author)))
})

test('a rebuild of the copy touches the whole database of posts', async () => {
  await using posts = await openPosts()
  const start = { position: { epoch: 1, offset: 5 }, cur: '9:9:', time: 0, snapshot: '9:9:' }
  await authorCopy.clear(posts.sql, 'users')
  await authorCopy.add(posts.sql, [{ id: makeId(), handle: 'ann', name: 'Ann', version: 1 }], start)
  expect(await posts.told()).toEqual([changed(null)])
})
