import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConsumerPosition } from '../../patterns/change-log/consumer/consumer-position.ts'
import { NotYet } from '../../patterns/change-log/consumer/handler.ts'
import { listParked } from '../../patterns/change-log/consumer/parked.ts'
import { bumpEpoch } from '../../patterns/change-log/owner/epoch.ts'
import { REACTOR } from './support/deciding.ts'
import { openAsking, openReactorBed, type Asking, type ReactorBed } from './support/reactor-bed.ts'
import { expire } from './support/running-log.ts'

/** Resolves when the reactor follows the log in its present epoch, and has done all that is open. */
async function rebuilt(
  bed: ReactorBed,
  reactor: ReturnType<ReactorBed['start']>,
  epoch: number,
): Promise<void> {
  await expect.poll(async () => (await readConsumerPosition(bed.sql, REACTOR))?.epoch).toBe(epoch)
  await bed.drained(reactor)
}

const bump = (owner: Asking) => bumpEpoch(owner.log.session.sql)

test('a reactor follows the log and stores its decisions', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  await rebuilt(bed, bed.start(), owner.log.epoch)
  await owner.ask('a1', 'a')
  await owner.ask('wait1', 'b')
  await owner.withdraw('wait1', 'b')
  expect(await bed.done(3)).toEqual(['accepted a1', 'open wait1', 'withdrawn wait1'])
})

test('requests that were unread when the epoch was raised are decided once each', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  const first = bed.start()
  await owner.ask('a1', 'a')
  await bed.done(1)
  await first[Symbol.asyncDispose]()
  await owner.ask('b1', 'b')
  await owner.ask('a2', 'a')
  const second = bed.start()
  await rebuilt(bed, second, await bump(owner))
  const effects = await bed.effects()
  expect(effects.filter((what) => what.startsWith('accepted')).toSorted()).toEqual([
    'accepted a1',
    'accepted a2',
    'accepted b1',
  ])
  expect(effects.indexOf('accepted a1')).toBeLessThan(effects.indexOf('accepted a2'))
})

test('an expired reactor decides all open requests', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  const first = bed.start()
  await owner.ask('a1', 'a')
  await bed.done(1)
  await first[Symbol.asyncDispose]()
  const left = await readConsumerPosition(bed.sql, REACTOR)
  await owner.ask('b1', 'b')
  await owner.ask('c1', 'c')
  await owner.withdraw('c1', 'c')
  await expire(owner.log, left?.offset ?? 0)
  bed.start()
  // What is still listed is asked again, and answered from its outcome.
  expect((await bed.done(3)).toSorted()).toEqual(['accepted a1', 'accepted b1', 'again a1'])
})

test('a decision that was made before a rebuild is not made again', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  const reactor = bed.start()
  await owner.ask('a1', 'a')
  await owner.ask('wait1', 'b')
  await bed.done(2)
  await rebuilt(bed, reactor, await bump(owner))
  expect(await bed.effects()).toEqual(['accepted a1', 'open wait1', 'again a1'])
})

test('requests that the owner no longer lists as open are withdrawn once', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  const first = bed.start()
  for (const id of ['wait1', 'wait2']) await owner.ask(id, 'a')
  await bed.done(2)
  await first[Symbol.asyncDispose]()
  await owner.withdraw('wait1', 'a')
  const second = bed.start()
  await rebuilt(bed, second, await bump(owner))
  expect(await bed.effects()).toEqual(['open wait1', 'open wait2', 'withdrawn wait1'])
  await rebuilt(bed, second, await bump(owner))
  expect(await bed.effects()).toHaveLength(3)
})

test('an item that fails parks only its own key and can be redriven', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  for (const [id, key] of [
    ['a1', 'a'],
    ['b1', 'b'],
    ['b2', 'b'],
    ['c1', 'c'],
  ] as const)
    await owner.ask(id, key)
  bed.poison.add('b1')
  const reactor = bed.start()
  await bed.drained(reactor)
  expect(await bed.effects()).toEqual(['accepted a1', 'accepted c1'])
  expect(await listParked(bed.sql, REACTOR)).toMatchObject([
    { key: 'b', reason: 'Error: b1 is poison', events: 2 },
  ])
  await owner.ask('b3', 'b')
  await owner.ask('d1', 'd')
  expect(await bed.done(3)).toContain('accepted d1')
  expect(await listParked(bed.sql, REACTOR)).toMatchObject([{ key: 'b', events: 3 }])
  bed.poison.clear()
  await rebuilt(bed, reactor, await bump(owner))
  const effects = await bed.effects()
  expect(effects.filter((what) => what.startsWith('accepted b'))).toEqual([
    'accepted b1',
    'accepted b2',
    'accepted b3',
  ])
  expect(await listParked(bed.sql, REACTOR)).toEqual([])
})

test('an item that must wait for another log is tried again, and later events of its key queue behind it', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  await owner.ask('wait1', 'a')
  await owner.ask('b1', 'b')
  let open = false
  let tries = 0
  const handler: ReactorBed['handler'] = {
    ...bed.handler,
    async apply(tx, events) {
      const held = events.find(({ key }) => key === 'a')
      if (held && !open) {
        tries++
        throw new NotYet(held, 'a must wait')
      }
      await bed.handler.apply(tx, events)
    },
  }
  const reactor = bed.start({ handler, waitingMs: 20 })
  await expect.poll(() => tries).toBeGreaterThan(3)
  expect(await bed.done(1)).toEqual(['accepted b1'])
  await owner.withdraw('wait1', 'a')
  await owner.ask('a2', 'a')
  await owner.ask('c1', 'c')
  // The log goes on, but for the key.
  expect(await bed.done(2)).toEqual(['accepted b1', 'accepted c1'])
  expect(await reactor.status()).toMatchObject({
    drainingKeys: 1,
    parkedKeys: 0,
    waiting: { reason: 'a must wait', ms: expect.any(Number) },
  })
  open = true
  expect(await bed.done(5)).toEqual([
    'accepted b1',
    'accepted c1',
    'open wait1',
    'withdrawn wait1',
    'accepted a2',
  ])
})

test('20,000 open requests are decided with few locks and few events at a time', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  await owner.log.session.sql("insert into asked select 'a' || i, 'k' || i from generate_series(1, 20000) i")
  // One of them has more than fits.
  await owner.log.session.sql("insert into asked select 'many' || i, 'k1' from generate_series(1, 250) i")
  const reactor = bed.start()
  await rebuilt(bed, reactor, owner.log.epoch)
  const [row] = await bed.sql<{ n: number; ids: number }>(
    'select count(*)::integer as n, count(distinct what)::integer as ids from effect',
  )
  expect(row).toEqual({ n: 20_250, ids: 20_250 })
  expect(Math.max(...bed.transactions.map(({ events }) => events))).toBeLessThanOrEqual(100)
  // One for each key, and those of the tables and their indexes.
  expect(Math.max(...bed.transactions.map(({ locks }) => locks))).toBeLessThan(150)
})

test('if two processes drain, each item is handled by one of them', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  await owner.log.session.sql(
    "insert into asked select 'a' || i, 'k' || i % 70 from generate_series(1, 700) i",
  )
  const reactors = [bed.start({ chunk: 10 }), bed.start({ chunk: 10 })]
  for (const reactor of reactors) await rebuilt(bed, reactor, owner.log.epoch)
  expect(new Set(await bed.done(700)).size).toBe(700)
})

test('a connection lost during a chunk or during the rebuild loses and repeats nothing', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  await owner.log.session.sql("insert into asked select 'a' || i, 'k' || i from generate_series(1, 50) i")
  let calls = 0
  const handler: ReactorBed['handler'] = {
    ...bed.handler,
    async apply(tx, events) {
      await bed.handler.apply(tx, events)
      if (++calls === 3) await kill(tx)
    },
  }
  const kill = async (tx: Parameters<ReactorBed['handler']['apply']>[0]) => {
    const [row] = await tx<{ pid: number }>('select pg_backend_pid() as pid')
    await bed.sql('select pg_terminate_backend($1, 5000)', row?.pid)
  }
  let rebuilds = 0
  const openExport: typeof owner.openExport = async (stop) => {
    const text = await owner.openExport(stop)
    if (++rebuilds === 1) {
      await bed.sql(
        "select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory' and granted and pid <> pg_backend_pid()",
      )
    }
    return text
  }
  const reactor = bed.start({ handler, openExport, chunk: 10 })
  await rebuilt(bed, reactor, owner.log.epoch)
  expect([rebuilds, new Set(await bed.done(50)).size]).toEqual([2, 50])
})

test('if a process is killed during a chunk, its commits are kept, and another process handles the rest', async () => {
  await using owner = await openAsking()
  await using bed = await openReactorBed(owner)
  await owner.log.session.sql("insert into asked select 'a' || i, 'k' || i from generate_series(1, 50) i")
  const program = join(import.meta.dirname, 'support/reactor-process.ts')
  const child = spawn(process.execPath, [program, owner.log.database.url, bed.url, '2'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await once(child.stdout, 'data')
    expect(await bed.effects()).toHaveLength(20)
  } finally {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
  await rebuilt(bed, bed.start({ chunk: 10 }), owner.log.epoch)
  expect(new Set(await bed.done(50)).size).toBe(50)
})
