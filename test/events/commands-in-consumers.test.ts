import { Pool } from 'pg'
import { expect, test } from 'vitest'
import type { Sql } from '../../contracts/sql.ts'
import { checkEvent } from '../../contracts/events.ts'
import { isFailure } from '../../contracts/failure.ts'
import { formatId, parseIdOf } from '../../contracts/ids.ts'
import { consume, type Handler, eventWriter, type LogRecord } from '../../patterns/change-log/index.ts'
import { transactInside } from '../../patterns/idempotency/index.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import { pooledSql } from '../../platform/postgres/pooled-sql.ts'
import { changePost } from '../../subgraphs/posts/commands/change-post.ts'
import { createPost } from '../../subgraphs/posts/commands/create-post.ts'
import { deletePost } from '../../subgraphs/posts/commands/post-commands.ts'
import type { Context } from '../../subgraphs/posts/context.ts'
import { someone } from '../posts/api.ts'
import { freshDatabase } from '../support/database.ts'

const NAME = { consumer: 'posts.commands', source: 'users' }

test('a consumer runs commands in the transaction that moves its offset: everything commits, or nothing', async () => {
  await using database = await freshDatabase('posts')
  await using stack = new AsyncDisposableStack()
  const pool = stack.adopt(new Pool({ connectionString: database.url, max: 2 }), (opened) => opened.end())
  const { sql, transact } = pooledSql(pool)
  await sql(
    `insert into consumer_offset (consumer, source, epoch, "offset") values ('posts.commands', 'users', 1, 0)`,
  )
  const author = someone()
  const made: string[] = []
  let failing = true
  const handler: Handler = {
    versions: { 'test.happened': 1 },
    async apply(tx, events) {
      for (const { key } of events) {
        const context = contextOf(tx, parseIdOf('user', author.id))
        const post = await createPost(context, { text: `about ${key}`, idempotencyKey: key })
        if (isFailure(post)) throw new Error(post.message)
        made.push(post.id)
        // The failure of one command leaves what the others did.
        const other = { postId: formatId('post', '01932b2e-0000-7000-8000-00000000a11c') }
        expect(await changePost(context, deletePost, other)).toMatchObject({ code: 'NOT_FOUND' })
        if (key === 'gone') await changePost(context, deletePost, { postId: formatId('post', post.id) })
        if (key === 'gone' && failing) throw new Error('planted')
      }
    },
  }
  const run = async (records: readonly LogRecord[]) => {
    const stop = new AbortController()
    const read = async ({ offset }: { offset: number }) => {
      const left = records.filter((record) => record.offset > offset)
      if (left.length === 0) stop.abort()
      return { kind: 'records', records: left } as const
    }
    await consume({ name: NAME, reader: { read }, sql, transact, handler, report: () => {} }, stop.signal)
  }
  await run([happened(1, 'first')])
  const posts = () => sql('select text, deleted_at is not null as deleted from post order by created_at, id')
  expect(await posts()).toEqual([{ text: 'about first', deleted: false }])

  await run([happened(1, 'first'), happened(2, 'gone')])
  // The command of `gone` is parked with its event, and nothing of it is left.
  expect(await posts()).toEqual([{ text: 'about first', deleted: false }])
  expect(await sql('select key from parked_key')).toEqual([{ key: 'gone' }])

  failing = false
  await run([happened(3, 'third')])
  expect(await posts()).toHaveLength(2)
  const written = await sql<{ type: string; own: boolean }>(
    'select type, xid = (select max(xid) from outbox) as own from outbox order by seq',
  )
  expect(written.map(({ type }) => type)).toEqual(['post.created', 'post.created'])
  expect(written.at(-1)?.own).toBe(true)
  expect(await sql(`select "offset" from consumer_offset where consumer = 'posts.commands'`)).toEqual([
    { offset: '3' },
  ])
})

function happened(offset: number, key: string): LogRecord {
  const event = {
    kind: 'event',
    type: 'test.happened',
    version: 1,
    payload: {},
    touches: [],
    headers: {},
  } as const
  return { ...event, offset, xid: String(700 + offset), key, time: 0 }
}

/** What a handler gives a command: its own transaction, and nobody who waits for a token. */
function contextOf(tx: Sql, viewer: Context['viewer']): Context {
  const makeId = idMaker(systemClock)
  const writeEvents = eventWriter({ check: checkEvent, headers: {}, recordXid: () => {} })
  const authors = { settled: async () => {} }
  return {
    viewer,
    transact: transactInside(tx),
    clock: systemClock,
    makeId,
    secret: 's'.repeat(32),
    writeEvents,
    replayed: async () => {},
    authors,
  } as unknown as Context
}
