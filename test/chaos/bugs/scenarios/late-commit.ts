import type { Bed } from '../bed.ts'
import { finish, startBoth, type Finished } from './running.ts'

/** A lower `seq` commits after a higher one was read. */
export async function lateCommit(bed: Bed): Promise<Finished> {
  const { consumer } = startBoth(bed)
  const [late, early] = [await bed.writer(), await bed.writer()]
  await late.begin()
  await late.change('late', 'a')
  await early.write('early', 'b')
  await bed.applied('early')
  await late.commit()
  return finish(bed, consumer)
}

/** An older transaction changes a key after a newer one, because it waited for the key's lock. */
export async function olderWritesLast(bed: Bed): Promise<Finished> {
  const { consumer } = startBoth(bed)
  const [older, newer] = [await bed.writer(), await bed.writer()]
  await older.begin()
  await older.takeXid()
  await newer.write('first', 'a')
  await older.change('second', 'a')
  await older.commit()
  return finish(bed, consumer)
}

/** A command fails after it has written its event. */
export async function rolledBack(bed: Bed): Promise<Finished> {
  const { owner, consumer } = startBoth(bed)
  const run = async (operation: string, fails: boolean) => {
    const entry = { id: operation, key: 'a', outcome: 'unknown' as 'ok' | 'failed' | 'unknown' }
    bed.ledger.push(entry)
    const done = owner.call('change', { operation, key: 'a', fails })
    entry.outcome = await done.then(
      () => 'ok' as const,
      () => 'failed' as const,
    )
    if ((entry.outcome === 'failed') !== fails) throw new Error(`${operation} is ${entry.outcome}.`)
  }
  await run('kept', false)
  await run('undone', true)
  return finish(bed, consumer)
}

/** A write with a low `seq` commits after all later ones were read and can be deleted. */
export async function lateRetention(bed: Bed): Promise<Finished> {
  const { owner, consumer } = startBoth(bed)
  const [late, early] = [await bed.writer(), await bed.writer()]
  await late.begin()
  await late.change('late', 'a')
  for (const operation of ['early', 'later']) {
    await early.write(operation, 'b')
    await bed.applied(operation)
  }
  await bed.reportPosition()
  await bed.failpoints.arm('before.tick', 'wait')
  await bed.failpoints.reached('before.tick')
  await late.commit()
  await owner.call('retain')
  await bed.failpoints.release('before.tick')
  return finish(bed, consumer)
}

/** Of two writes of one client, the one with the higher transaction id becomes visible first. */
export async function twoWritesOneToken(bed: Bed): Promise<Finished> {
  const { consumer } = startBoth(bed)
  const [low, high] = [await bed.writer(), await bed.writer()]
  await low.begin()
  await low.change('low', 'a')
  const highXid = await high.write('high', 'b')
  await bed.sees(highXid)
  await bed.failpoints.arm('before.tick', 'wait')
  await bed.failpoints.reached('before.tick')
  const lowXid = await low.commit()
  const saw = await consumer.call<string[]>('read', { epoch: bed.epoch, xids: [lowXid, highXid] })
  bed.reads.push({ written: ['low', 'high'], saw })
  await bed.failpoints.release('before.tick')
  return finish(bed, consumer)
}
