import { beforeAll, afterAll, expect, test } from 'vitest'
import { append, forbiddenRights, readStreams } from '../../patterns/event-store/index.ts'
import { appendTo, numbersIn, openStore, SCHEMAS, timesOf, to, type Store } from './support/store.ts'

let store: Store
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store[Symbol.asyncDispose]())

const appends = (...wanted: ReturnType<typeof to>[]) => store.transact((tx) => appendTo(tx, wanted))

test('events are read as they were appended, in order', async () => {
  const appended = await store.transact((tx) =>
    append(
      tx,
      [
        {
          stream: 'read',
          expectedVersion: 0,
          events: [
            { type: 'Happened', data: { n: 1 }, meta: { actor: 'a' } },
            { type: 'Happened', data: null },
          ],
        },
      ],
      { schemas: SCHEMAS, clock: () => 1_234 },
    ),
  )
  if (appended.kind !== 'appended') throw new Error(appended.kind)
  const common = {
    stream: 'read',
    type: 'Happened',
    schema: 1,
    recordedAt: new Date(1_234),
    xid: appended.xid,
  }
  expect(await readStreams(store.sql, ['read', 'none'], SCHEMAS)).toEqual(
    new Map([
      [
        'read',
        [
          { ...common, version: 1, data: { n: 1 }, meta: { actor: 'a' } },
          { ...common, version: 2, data: null, meta: {} },
        ],
      ],
      ['none', []],
    ]),
  )
  expect(appended).toEqual({
    kind: 'appended',
    recordedAt: new Date(1_234),
    xid: expect.stringMatching(/^\d+$/),
  })
})

test('a wrong version is a value with the actual one, nothing is written, and the transaction goes on', async () => {
  await appends(to('taken', 0, 1, 2, 3))
  const outcomes = await store.transact(async (tx) => [
    await appendTo(tx, [to('taken', 2, 9), to('fresh', 0, 9)]),
    await appendTo(tx, [to('taken', 4, 9)]),
    await appendTo(tx, [to('fresh', 1, 9)]),
    await appendTo(tx, [to('taken', 3, 4)]),
  ])
  expect(outcomes).toMatchObject([
    { kind: 'wrong version', stream: 'taken', expected: 2, actual: 3 },
    { kind: 'wrong version', stream: 'taken', expected: 4, actual: 3 },
    { kind: 'wrong version', stream: 'fresh', expected: 1, actual: 0 },
    { kind: 'appended' },
  ])
  expect(await numbersIn(store.sql, 'taken')).toEqual([1, 2, 3, 4])
  expect(await numbersIn(store.sql, 'fresh')).toEqual([])
})

test('several streams get one time, after the last of each', async () => {
  await store.transact((tx) => appendTo(tx, [to('late', 0, 1)], () => 5_000))
  const appended = await store.transact((tx) =>
    appendTo(tx, [to('early', 0, 1), to('late', 1, 2), to('none', 0)], () => 2_000),
  )
  expect(appended).toMatchObject({ kind: 'appended', recordedAt: new Date(5_001) })
  expect(await timesOf(store.sql, 'early')).toEqual([5_001])
  expect(await timesOf(store.sql, 'late')).toEqual([5_000, 5_001])
})

test('an append without events only compares the version', async () => {
  expect(await appends(to('nothing', 0))).toMatchObject({ kind: 'appended' })
  expect(await appends(to('nothing', 1))).toMatchObject({ kind: 'wrong version', actual: 0 })
  expect(await numbersIn(store.sql, 'nothing')).toEqual([])
})

test.for([
  ['no streams', []],
  ['the same stream twice', [to('twice', 0, 1), to('twice', 1, 2)]],
  ['a negative version', [to('bug', -1, 1)]],
  ['no name', [to('', 0, 1)]],
  ['an unknown type', [{ stream: 'bug', expectedVersion: 0, events: [{ type: 'Unknown', data: {} }] }]],
  [
    'data that is not JSON',
    [{ stream: 'bug', expectedVersion: 0, events: [{ type: 'Happened', data: undefined }] }],
  ],
] as const)('%s is a bug of the caller: thrown, and nothing is written', async ([, wanted]) => {
  const before = await store.sql('select count(*) from stream_event')
  await store.transact(async (tx) => {
    await expect(appendTo(tx, wanted)).rejects.toThrow()
    // Nothing was sent to the database, so the transaction can go on.
    await tx('select 1')
  })
  expect(await store.sql('select count(*) from stream_event')).toEqual(before)
})

test('the owner of the table can neither change nor delete an event', async () => {
  await appends(to('kept', 0, 1))
  for (const text of [
    "update stream_event set data = '{}'",
    'delete from stream_event',
    'truncate stream_event',
    `insert into stream_event select * from stream_event where stream = 'kept'
     on conflict (stream, version) do update set data = '{}'`,
    `merge into stream_event using (select 'kept' as name) on stream = name when matched then delete`,
    'select from stream_event for update',
  ])
    await expect(store.sql(text), text).rejects.toThrow('permission denied for table stream_event')
  expect(await numbersIn(store.sql, 'kept')).toEqual([1])
})

test('rights that came back are reported', async () => {
  expect(await forbiddenRights(store.sql)).toEqual([])
  await store.sql('grant update, truncate on stream_event to current_user')
  expect(await forbiddenRights(store.sql)).toEqual(['update', 'truncate'])
  await store.sql('revoke update, truncate on stream_event from current_user')
  expect(await forbiddenRights(store.sql)).toEqual([])
})
