import { expect, test } from 'vitest'
import { redrive } from '../../patterns/change-log/consumer/redrive.ts'
import { decideRequests } from '../../patterns/change-log/consumer/requests.ts'
import { rebuild } from '../../patterns/change-log/export/export.ts'
import { sees } from '../../patterns/change-log/snapshot.ts'
import { appliedTo } from '../../patterns/change-log/token/applied.ts'
import { transactOf } from './support/consumer-bed.ts'
import { REACTOR } from './support/deciding.ts'
import { openLogDatabase } from './support/log-database.ts'
import { openAsking, openReactorBed } from './support/reactor-bed.ts'

test('a request that comes twice, and is withdrawn, in one batch is decided once, by what came first', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  await bed.drained(bed.start())
  await owner.write(
    'asked a1 a',
    'asked a1 a',
    'withdrawn a1 a',
    'asked wait1 b',
    'asked wait1 b',
    'asked c1 c',
  )
  expect(await bed.done(3)).toEqual(['accepted a1', 'open wait1', 'accepted c1'])
  expect(
    await bed.sql('select id, outcome from reactor_request where outcome is not null order by id'),
  ).toEqual([
    { id: 'a1', outcome: 'accepted' },
    { id: 'c1', outcome: 'accepted' },
  ])
})

test.each([null, undefined, Number.NaN, () => {}])('an outcome that is %s is refused', async (outcome) => {
  await using database = await openLogDatabase()
  const { sql } = await database.session()
  const decision = { id: 'a1', key: 'a', outcome: outcome as unknown as {} }
  await expect(decideRequests(sql, REACTOR, [decision])).rejects.toThrow(
    'request a1 must be JSON and not null',
  )
})

test('while open work is left, no token of the owner is fresh', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  await owner.ask('b1', 'b')
  bed.poison.add('b1')
  const reactor = bed.start()
  await bed.drained(reactor)
  const xid = await owner.ask('c1', 'c')
  await bed.done(1)
  const fresh = (waitMs: number) => reactor.fresh(['followers', owner.log.epoch, [xid]], waitMs)
  await expect
    .poll(async () => {
      const applied = await appliedTo(bed.sql, REACTOR)
      return applied && sees(applied.cur, BigInt(xid))
    })
    .toBe(true)
  expect(await fresh(0)).toBe(false)
  bed.poison.clear()
  await redrive(bed.transact, REACTOR, 'b', bed.handler)
  expect(await fresh(0)).toBe(true)
})

test('a rebuild waits for whoever handles a parked key, and they do not deadlock', async () => {
  await using database = await openLogDatabase()
  const [holding, rebuilding] = [await database.session(), await database.session()]
  const watching = await database.session()
  await holding.sql("insert into parked_key values ('decider', 'followers', 'a', 'open', now(), true)")
  await holding.sql(`insert into parked_event values ('decider', 'followers', 'a', 1, '{}')`)
  await holding.sql('begin')
  await holding.sql('select from parked_key for update')
  const start = { position: { epoch: 7, offset: 1 }, cur: '5:5:', time: 0, snapshot: '5:5:' }
  const done = rebuild(transactOf(rebuilding), REACTOR, start, async () => {})
  done.catch(() => {})
  const waiting = async () => {
    const [row] = await watching.sql<{ waits: boolean }>(
      "select wait_event_type = 'Lock' as waits from pg_stat_activity where pid = $1",
      rebuilding.pid,
    )
    return row?.waits
  }
  await expect.poll(waiting).toBe(true)
  await holding.sql('delete from parked_event')
  await holding.sql('commit')
  await done
  expect(await holding.sql('select from parked_key')).toEqual([])
})
