import { Pool } from 'pg'
import { expect, test } from 'vitest'
import { event, checkEvent, type DomainEvent } from '../../contracts/events.ts'
import { createSignal, requestWrites, wakingTransact } from '../../patterns/change-log/index.ts'
import { pooledSql } from '../../platform/postgres/pooled-sql.ts'
import { someone } from '../posts/api.ts'
import { freshDatabase } from '../support/database.ts'
import { createUsersBed } from '../users/users-bed.ts'
import { PASSWORD, signedIn } from '../users/users-client.ts'
import { openRelations, usersWriter } from './bed.ts'

test('an event that does not match its type is rejected with the field name, and the command is rolled back', async () => {
  await using database = await freshDatabase('posts')
  await using stack = new AsyncDisposableStack()
  const { sql, transact } = openPool(database.url, stack)
  const written = createSignal()
  const told: string[] = []
  const eventHeaders = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }
  const recordXid = (_: string, xid: string) => void told.push(xid)
  const { writeEvents } = requestWrites('posts', checkEvent, { eventHeaders, recordXid, token: [] })

  const [author, postId] = [someone().id, 'post_01jcnjw000e008000000000001']
  const like = (userId: string) => event('post.unliked', { postId, authorId: author, userId }, [])
  const command = (events: DomainEvent[]) =>
    wakingTransact(
      transact,
      written,
    )(async (tx) => {
      await tx(INSERT, '01932b2e-0000-7000-8000-00000000a11c')
      await writeEvents(tx, events)
      return written.count
    })
  const rows = () =>
    sql('select (select count(*) from author_count)::int as counts, xid::text, headers from outbox')

  await expect(command([like(author), like('ann')])).rejects.toThrow(
    'Event "post.unliked" version 1 is invalid: payload.userId: expected the id of a user, got "ann".',
  )
  expect(await rows()).toEqual([])
  expect(await sql('select 1 from author_count')).toEqual([])
  expect([told, written.count]).toEqual([[], 0])

  expect(await command([like(author)])).toBe(0)
  expect(written.count).toBe(1)
  expect(await rows()).toEqual([{ counts: 1, xid: told[0], headers: eventHeaders }])
})

test('statements of a command after its transaction timed out are rejected and have no effect', async () => {
  await using database = await freshDatabase('posts')
  await using stack = new AsyncDisposableStack()
  const { sql, transact } = openPool(database.url, stack, 100)
  const begun = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<void>()
  const late = Promise.withResolvers<unknown>()
  const slow = transact(async (tx) => {
    await tx(INSERT, '01932b2e-0000-7000-8000-00000000a11c')
    begun.resolve()
    await ended.promise
    late.resolve(await tx(INSERT, '01932b2e-0000-7000-8000-00000000a11d').catch((error: unknown) => error))
  })
  slow.catch(() => {})
  await begun.promise
  // The pool's one place is free once the transaction has been given up.
  expect(await sql('select 1 from author_count')).toEqual([])
  ended.resolve()
  expect(String(await late.promise)).toContain('the transaction has ended')
  await expect(slow).rejects.toThrow('the transaction has ended')
  expect(await sql('select 1 from author_count')).toEqual([])
})

test('statements after the end of a transaction are rejected', async () => {
  await using database = await freshDatabase('posts')
  await using stack = new AsyncDisposableStack()
  const { sql, transact } = openPool(database.url, stack)
  const tx = await transact(async (own) => own)
  await expect(tx(INSERT, '01932b2e-0000-7000-8000-00000000a11c')).rejects.toThrow(
    'the transaction has ended',
  )
  expect(await sql('select 1 from author_count')).toEqual([])
})

test('errors of Postgres keep their SQLSTATE and message', async () => {
  await using database = await freshDatabase('posts')
  await using stack = new AsyncDisposableStack()
  const command = openPool(database.url, stack).transact((tx) => tx(INSERT, 'nobody'))
  await expect(command).rejects.toMatchObject({
    code: '22P02',
    message: 'invalid input syntax for type uuid: "nobody"',
  })
})

test('a command that ignores a failed statement does not commit successfully', async () => {
  await using database = await freshDatabase('posts')
  await using stack = new AsyncDisposableStack()
  const { sql, transact } = openPool(database.url, stack)
  const command = transact(async (tx) => {
    await tx(INSERT, '01932b2e-0000-7000-8000-00000000a11c')
    await tx(INSERT, 'nobody').catch(() => {})
  })
  await expect(command).rejects.toThrow('rolled back: one of its statements had failed')
  expect(await sql('select 1 from author_count')).toEqual([])
})

test('a repeated key returns the transaction of its first run, and a current one if the client knows later transactions', async () => {
  await using bed = await openRelations()
  const { posts } = bed
  const author = someone()
  const input = { text: 'Hello', idempotencyKey: 'once' }
  const first = await posts.send('createPost', author, input)
  const end = await posts.end()
  expect(await posts.send('createPost', author, input)).toEqual(first)
  const other = await posts.send('createPost', author, { text: 'Other' })
  const known = await posts.send('createPost', author, input, [['posts', 1, other.xids]])
  expect(known.xids).toHaveLength(2)
  expect(known.xids[0]).toBe(first.xids[0])
  expect(Number(known.xids[1])).toBeGreaterThan(Number(other.xids[0]))
  expect(await posts.told(end)).toHaveLength(1)

  // As after a dump, loaded into a younger cluster.
  await posts.database.query("update idempotency_key set xid = '1000000000000'")
  expect((await posts.send('createPost', author, input)).xids).toEqual(['3'])
})

test('all events of a user are written while the user is locked', async () => {
  await using bed = await createUsersBed()
  const users = await usersWriter(bed)
  const { payload } = await users.send('signUp', null, { handle: 'ann', name: 'Ann', password: PASSWORD })
  const { viewer, uuid } = signedIn(payload as never)
  const end = await users.end()
  const { database } = users
  await database.query('begin')
  await database.query('select from users where id = $1 for update', [uuid])
  const commands = [
    users.send('changePassword', viewer, { currentPassword: PASSWORD, newPassword: 'another horse' }),
    users.send('renameHandle', viewer, { handle: 'anne' }),
    users.send('updateProfile', viewer, { name: 'Anne' }),
  ]
  await bed.waiting(3)
  // A sequence is not undone: nobody has written yet.
  const { rows } = await database.query('select last_value::text as seq from outbox_seq_seq')
  expect(rows).toEqual([{ seq: end }])
  await database.query('commit')
  await Promise.all(commands)
  const told = await users.told(end)
  expect(told.map(({ key }) => key)).toEqual([viewer.id, viewer.id, viewer.id])
  const versions = told.flatMap(({ payload: { version } }) => version ?? [])
  expect(versions).toEqual([2, 3])
})

test('a commit with an unknown outcome is not reported as a failure with a reason', async () => {
  await using bed = await createUsersBed()
  const users = await usersWriter(bed)
  const { payload } = await users.send('signUp', null, { handle: 'ann', name: 'Ann', password: PASSWORD })
  await bed.database.query(`
    create function lose_connection() returns trigger language plpgsql as $$ begin
      perform pg_terminate_backend(pg_backend_pid());
      return null;
    end $$;
    create constraint trigger planted after update on users deferrable initially deferred
    for each row execute function lose_connection()`)
  const renamed = users.send('renameHandle', signedIn(payload as never).viewer, { handle: 'anne' })
  await expect(renamed).rejects.toThrow(/Something went wrong on our side.*INTERNAL_SERVER_ERROR/)
})

const INSERT = 'insert into author_count (author_id, post_count) values ($1::uuid, 1) returning 1'

/** Over one connection. */
function openPool(url: string, stack: AsyncDisposableStack, timeoutMs?: number) {
  const pool = stack.adopt(new Pool({ connectionString: url, max: 1 }), (opened) => opened.end())
  return pooledSql(pool, timeoutMs)
}
