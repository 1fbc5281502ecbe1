import { expect, test } from 'vitest'
import { readConsumerPosition } from '../../patterns/change-log/consumer/consumer-position.ts'
import { beginConsumer } from '../../patterns/change-log/consumer/consumer-offset.ts'
import { NotYet, type Handler } from '../../patterns/change-log/consumer/handler.ts'
import { listParked, parkKey } from '../../patterns/change-log/consumer/parked.ts'
import type { Copy } from '../../patterns/change-log/consumer/rebuild-from.ts'
import { recordsOf, requireEvent } from './support/consumer-bed.ts'
import { COPY, counting, entry, COPIES, openCopyBed, same } from './support/copy-bed.ts'
import { openOwner } from './support/owner-bed.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'

test('a source that is no longer followed is removed with its copy, and the others are rebuilt', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  const former = bed.consume({ sources: ['users', 'posts'] })
  await owner.add('a', 1)
  await same(owner, bed)
  await former[Symbol.asyncDispose]()
  const gone = { consumer: COPIES.consumer, source: 'posts' }
  await beginConsumer(bed.sql, gone, { epoch: owner.log.epoch, offset: 0 })
  await parkKey(bed.sql, gone, requireEvent(recordsOf('a1')), 'cannot be applied')
  const before = await readConsumerPosition(bed.sql, COPIES)
  const cleared: string[] = []
  const copy: Copy = {
    ...COPY,
    async clear(tx, source) {
      cleared.push(source)
      await COPY.clear(tx, source)
    },
  }
  bed.consume({ sources: ['users'], copy })
  await expect
    .poll(() => readConsumerPosition(bed.sql, COPIES))
    .toMatchObject({ epoch: owner.log.epoch, build: (before?.build ?? 0) + 1 })
  expect(cleared).toEqual(['posts', 'users'])
  expect(await readConsumerPosition(bed.sql, gone)).toBeNull()
  expect(await listParked(bed.sql, gone)).toEqual([])
  expect(bed.said).toContain('copies is rebuilt, because it no longer follows posts')
  await owner.add('a', 1)
  await same(owner, bed)
})

test('the status shows an event that waits for another log, with its age', async () => {
  await using owner = await openOwner()
  await using bed = await openCopyBed(owner)
  await owner.add('a', 1)
  const ready = new Set<string>()
  const handler: Handler = {
    versions: { added: 1 },
    async apply(tx, events) {
      for (const event of events) {
        if (!ready.has(event.key)) throw new NotYet(event, `${event.key} must come first`)
        await counting.apply(tx, [event])
      }
    },
  }
  const consumer = bed.consume({ handler })
  await same(owner, bed)
  const xid = await owner.add('b', 1)
  await expect
    .poll(async () => (await consumer.status()).waiting)
    .toEqual({ reason: 'b must come first', ms: expect.any(Number) })
  expect(await consumer.status()).toMatchObject({ state: 'consuming', parkedKeys: 0 })
  ready.add('b')
  const other = { consumer: COPIES.consumer, source: 'posts' }
  await beginConsumer(bed.sql, other, { epoch: owner.log.epoch, offset: 0 })
  expect(await consumer.fresh(entry(owner, xid), TIMEOUT_MS)).toBe(true)
  expect((await consumer.status()).waiting).toBeNull()
})
