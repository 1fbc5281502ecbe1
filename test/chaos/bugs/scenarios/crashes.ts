import { until } from '../../support/until.ts'
import type { Bed } from '../bed.ts'
import { finish, startBoth, type Finished } from './running.ts'

/** The relay is killed when a tick is readable, before it continues. */
export async function diesAfterTick(bed: Bed): Promise<Finished> {
  const { owner, consumer } = startBoth(bed)
  const writer = await bed.writer()
  await bed.failpoints.arm('tick.taken', 'wait')
  // Committed together, so that they are in one tick.
  await writer.begin()
  for (const operation of ['a1', 'a2', 'a3', 'a4']) await writer.change(operation, 'a')
  await writer.commit()
  await bed.failpoints.reached('tick.taken')
  await bed.applied('a4')
  await owner.kill()
  bed.startOwner()
  return finish(bed, consumer)
}

/** The relay is killed after it has published a batch and before it continues. This is its third batch. */
export async function diesAfterPublishing(bed: Bed): Promise<Finished> {
  const { owner, consumer } = startBoth(bed)
  const writer = await bed.writer()
  for (const operation of ['b1', 'b2']) {
    await writer.write(operation, 'b')
    await bed.applied(operation)
  }
  await bed.failpoints.arm('published', 'kill')
  await writer.write('a1', 'a')
  await owner.ended
  bed.startOwner()
  return finish(bed, consumer)
}

/** The consumer is killed after it has applied an event. */
export async function diesAfterEffect(bed: Bed): Promise<Finished> {
  const { consumer } = startBoth(bed)
  const writer = await bed.writer()
  await bed.failpoints.arm('effect', 'kill')
  await writer.write('a1', 'a')
  await consumer.ended
  return finish(bed, bed.startConsumer())
}

/** An event cannot be applied at first, and later events of its key follow. */
export async function poisoned(bed: Bed): Promise<Finished> {
  await bed.copy("insert into poison values ('a1')")
  const { consumer } = startBoth(bed)
  const writer = await bed.writer()
  await writer.begin()
  for (const [operation, key] of [
    ['a1', 'a'],
    ['b1', 'b'],
    ['a2', 'a'],
  ] as const)
    await writer.change(operation, key)
  await writer.commit()
  await writer.write('a3', 'a')
  await writer.write('b2', 'b')
  await bed.applied('b2')
  await bed.copy('delete from poison')
  await consumer.call('redrive', 'a')
  return finish(bed, consumer)
}

/** An event must wait for another log at first, and later events follow. */
export async function waitsForAnother(bed: Bed): Promise<Finished> {
  await bed.copy("insert into waits values ('a1')")
  const { consumer } = startBoth(bed)
  const writer = await bed.writer()
  await writer.begin()
  for (const [operation, key] of [
    ['b1', 'b'],
    ['a1', 'a'],
    ['a2', 'a'],
  ] as const)
    await writer.change(operation, key)
  await writer.commit()
  await until('the event waits, or is parked', async () => {
    const held = await bed.copy(
      'select from consumer_offset where waiting is not null union all select from parked_key',
    )
    return held.length > 0
  })
  await bed.copy('delete from waits')
  return finish(bed, consumer)
}
