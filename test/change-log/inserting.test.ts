import { expect, test } from 'vitest'
import { InvalidEventError, type NewEvent } from '../../patterns/change-log/writer/event.ts'
import { insertEvents } from '../../patterns/change-log/writer/insert-events.ts'
import { openLog, readAll, tick } from './support/log-database.ts'

const EVENT: NewEvent = {
  key: 'user_1',
  type: 'user.renamed',
  version: 2,
  payload: { handle: 'alice', text: 'a "quote", a \\ and 日本' },
  touches: ['users:User:1', 'users:handle:alice', 'users:User:1'],
  headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
}

test('an event is read unchanged, with the xid of its transaction', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  const xid = await insertEvents(sql, [EVENT], () => null)
  const { epoch } = await tick(sql)
  const [, event] = await readAll(sql, { epoch, offset: 0 })
  const touches = ['users:User:1', 'users:handle:alice']
  expect(event).toEqual({ kind: 'event', offset: 2, ...EVENT, touches, xid, time: expect.any(Number) })
})

test('events of one call keep their order, for any number', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  const events = Array.from({ length: 2_345 }, (_, i) => ({ ...EVENT, payload: i }))
  await insertEvents(sql, events, () => null)
  const { epoch } = await tick(sql)
  const records = await readAll(sql, { epoch, offset: 1 }, 1_000)
  const payloads = records.flatMap((record) => (record.kind === 'event' ? [record.payload] : []))
  expect(payloads).toEqual(events.map(({ payload }) => payload))
})

test('an event with more than 256 facets, or without facets, touches the whole database', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  const facets = (count: number) => Array.from({ length: count }, (_, i) => `f${i}`)
  const events = [facets(256), facets(257), null, []].map((touches) => ({ ...EVENT, touches }))
  await insertEvents(sql, events, () => null)
  const { epoch } = await tick(sql)
  const records = await readAll(sql, { epoch, offset: 1 })
  expect(records.flatMap((record) => (record.kind === 'event' ? [record.touches] : []))).toEqual([
    facets(256),
    null,
    null,
    [],
  ])
})

test.each([
  [{ ...EVENT, payload: { handle: 7 } }, 'payload.handle: expected a string, got 7.'],
  [{ ...EVENT, key: '' }, 'key: expected the id of an aggregate, got an empty string.'],
  [{ ...EVENT, key: 'k'.repeat(501) }, 'key: expected at most 500 characters, got 501.'],
  [{ ...EVENT, version: 0 }, 'version: expected 1 or more, got 0.'],
  [{ ...EVENT, touches: [''] }, 'touches: expected facets, got an empty string among them.'],
])('an invalid event is rejected with the field name, and nothing is written', async (event, fault) => {
  await using log = await openLog()
  const { sql } = log.relay
  const check = ({ payload }: { payload: unknown }) =>
    JSON.stringify(payload).includes('7') ? 'payload.handle: expected a string, got 7.' : null
  const inserted = insertEvents(sql, [EVENT, event], check)
  await expect(inserted).rejects.toThrow(InvalidEventError)
  await expect(inserted).rejects.toThrow(`Event "user.renamed" version ${event.version} is invalid: ${fault}`)
  expect(await sql('select 1 from outbox')).toEqual([])
})
