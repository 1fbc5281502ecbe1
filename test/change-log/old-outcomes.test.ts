import { expect, test } from 'vitest'
import { readConsumerPosition } from '../../patterns/change-log/consumer/consumer-position.ts'
import { deleteOldOutcomes, OUTCOME_RETENTION_MS } from '../../patterns/change-log/consumer/old-outcomes.ts'
import { openWorkCopy } from '../../patterns/change-log/consumer/open-work.ts'
import { rebuildFrom } from '../../patterns/change-log/consumer/rebuild-from.ts'
import { redrive } from '../../patterns/change-log/consumer/redrive.ts'
import { bumpEpoch } from '../../patterns/change-log/owner/epoch.ts'
import { REACTOR, WORK } from './support/deciding.ts'
import { openAsking, openReactorBed, type Asking, type ReactorBed } from './support/reactor-bed.ts'

const { signal } = new AbortController()

/** The owner has read the outcome, and lists the request no more. */
const close = (owner: Asking, id: string) => owner.log.session.sql('delete from asked where id = $1', id)

/** Makes outcomes older. */
const age = (bed: ReactorBed, ms: number, ids: string[]) =>
  bed.sql(
    "update reactor_request set decided_at = decided_at - $1 * interval '1 ms' where id = any ($2::text[])",
    ms,
    ids,
  )

const kept = async (bed: ReactorBed) =>
  (await bed.sql<{ id: string }>('select id from reactor_request order by id')).map(({ id }) => id)

test('old outcomes of closed requests are deleted; those that are young, open, or behind a parked key are kept', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  const reactor = bed.start()
  for (const id of ['closed', 'listed', 'parked', 'young', 'wait']) await owner.ask(id, id)
  await bed.done(5)
  for (const id of ['closed', 'parked', 'young', 'wait']) await close(owner, id)
  await age(bed, OUTCOME_RETENTION_MS + 1_000, ['closed', 'listed', 'parked', 'wait'])
  await age(bed, OUTCOME_RETENTION_MS - 60_000, ['young'])
  bed.poison.add('parked2')
  await owner.ask('parked2', 'parked')
  await expect.poll(() => reactor.status()).toMatchObject({ parkedKeys: 1 })

  expect(await reactor.deleteOldOutcomes()).toBe(1)
  expect(await kept(bed)).toEqual(['listed', 'parked', 'wait', 'young'])
})

test('an old request that the owner still lists is answered from its outcome after a rebuild', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  const reactor = bed.start()
  for (const id of ['a1', 'b1']) await owner.ask(id, id)
  await bed.done(2)
  await close(owner, 'a1')
  await age(bed, OUTCOME_RETENTION_MS + 1_000, ['a1', 'b1'])
  expect(await reactor.deleteOldOutcomes()).toBe(1)
  const epoch = await bumpEpoch(owner.log.session.sql)
  await expect.poll(async () => (await readConsumerPosition(bed.sql, REACTOR))?.epoch).toBe(epoch)
  expect((await bed.done(3)).toSorted()).toEqual(['accepted a1', 'accepted b1', 'again b1'])
})

test('nothing is deleted while the reactor is behind the export, or if the export is cut short', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  const reactor = bed.start()
  await owner.ask('a1', 'a')
  await bed.done(1)
  await close(owner, 'a1')
  await age(bed, OUTCOME_RETENTION_MS + 1_000, ['a1'])
  const cut = async () => [new TextEncoder().encode('{"position"')]
  const options = { name: REACTOR, sql: bed.sql, work: WORK, until: reactor.until, waitMs: 0 }
  await expect(
    deleteOldOutcomes({ ...options, openExport: async () => arrived(await cut()) }, signal),
  ).rejects.toThrow('The export')
  // The reactor is stopped, and does not get what is written now.
  await reactor[Symbol.asyncDispose]()
  await owner.ask('b1', 'b')
  const until = async (check: () => Promise<boolean>) => check()
  expect(await deleteOldOutcomes({ ...options, until, openExport: owner.openExport }, signal)).toBe(0)
  expect(await kept(bed)).toEqual(['a1'])
})

test('a reactor is rebuilt, and its parked keys are redriven, by another program while it runs', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  const reactor = bed.start()
  bed.poison.add('b1')
  for (const id of ['a1', 'b1']) await owner.ask(id, id)
  await expect.poll(() => reactor.status()).toMatchObject({ parkedKeys: 1 })
  bed.poison.clear()
  expect(await redrive(bed.transact, REACTOR, 'b1', bed.handler)).toEqual({ kind: 'done', events: 1 })
  const { openExport } = owner
  const copy = openWorkCopy(REACTOR, WORK)
  expect(
    await rebuildFrom({ name: REACTOR, transact: bed.transact, openExport, copy }, signal),
  ).toMatchObject({ kind: 'rebuilt', rows: 2 })
  expect((await bed.done(4)).toSorted()).toEqual(['accepted a1', 'accepted b1', 'again a1', 'again b1'])
})

async function* arrived(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks
}
