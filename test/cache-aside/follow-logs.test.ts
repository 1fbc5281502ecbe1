import { expect, test, vi } from 'vitest'
import { createMemoryCache, followLogs, type CacheLog } from '../../patterns/cache-aside/index.ts'
import { createSignal, type LogReader, type Position } from '../../patterns/change-log/index.ts'
import { bumpEpoch } from '../../patterns/change-log/owner/epoch.ts'
import { readEnd } from '../../patterns/change-log/owner/read-end.ts'
import { readLog } from '../../patterns/change-log/owner/read-log.ts'
import { parseRecord } from '../../patterns/change-log/record.ts'
import { openLog, tick, write } from '../change-log/support/log-database.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'

const WAIT = { timeout: TIMEOUT_MS }
const accept = () => true

/** A log with real ticks, and gateways that are started and stopped at will. */
async function openBed() {
  await using stack = new AsyncDisposableStack()
  const log = stack.use(await openLog())
  const session = await log.database.session()
  const ticked = createSignal()
  const broken = { feed: false, clockMs: 0 }
  const feed: LogReader = {
    async read(after, limit, waitMs) {
      const seen = ticked.count
      if (broken.feed) throw new Error('the feed is broken')
      const page = await readLog(session.sql, after, limit)
      if (page.kind !== 'records') return page
      if (page.records.length === 0) await ticked.after(seen, waitMs)
      return { kind: 'records', records: page.records.map(parseRecord) }
    },
  }
  const end = async () => {
    const { position, now } = await readEnd(session.sql)
    return { position, now: now + broken.clockMs }
  }
  const logs = new Map<string, CacheLog>([['d', { feed, transport: null, end }]])
  const opened = stack.move()

  return {
    sql: log.relay.sql,
    broken,
    async change(facet: string) {
      await write(log.relay.sql, facet, 'changed')
      await tick(log.relay.sql)
      ticked.raise()
    },
    startGateway(lookBack = 1_000) {
      const clock = () => performance.now()
      const memory = createMemoryCache<string>({ maxBytes: 1_000_000, clock })
      const reports: string[] = []
      const follower = followLogs({
        logs,
        memory,
        lookBack,
        report: (_, message) => void reports.push(message),
        clock,
        waitMs: 20,
        retryMs: 5,
        graceMs: 0,
      })
      return {
        memory,
        follower,
        reports,
        store(key: string, facet: string) {
          const entry = { value: key, facets: [facet], databases: ['d'], bytes: 1, expiresAt: clock() + 1e6 }
          return memory.store(key, entry, memory.positions)
        },
        find: (key: string) => memory.read(key, accept)?.value ?? null,
        /** Stores what was read at a position. */
        storeFrom(key: string, place: Position) {
          const entry = { value: key, facets: [key], databases: ['d'], bytes: 1, expiresAt: clock() + 1e6 }
          return memory.store(key, entry, new Map([['d', place]]))
        },
        /** Resolves when the memory has the end of the log. */
        ready: () =>
          vi.waitFor(async () => {
            const { position } = await readEnd(session.sql)
            expect(memory.positions.get('d')).toMatchObject(position)
          }, WAIT),
        [Symbol.asyncDispose]: () => follower[Symbol.asyncDispose](),
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

test('an event invalidates, and its tick says how old the memory is', async () => {
  await using bed = await openBed()
  await using gateway = bed.startGateway()
  await gateway.ready()
  expect(gateway.store('a', 'a')).toBe('stored')
  expect(gateway.follower.databaseNow('d')).toBeGreaterThan(Date.now() - 1_000)
  await bed.change('a')
  await vi.waitFor(() => expect(gateway.find('a')).toBeNull(), WAIT)
  const time = gateway.memory.positions.get('d')?.time ?? 0
  expect(gateway.follower.databaseNow('d') - time).toBeGreaterThan(0)
  expect(gateway.follower.faults.size).toBe(0)
})

test('a memory that begins knows what was invalidated some records before, and no more', async () => {
  await using bed = await openBed()
  await bed.change('old')
  const { position: before } = await readEnd(bed.sql)
  await bed.change('a')
  await bed.change('c')
  const { position: end } = await readEnd(bed.sql)
  const lookBack = end.offset - before.offset
  await using gateway = bed.startGateway(lookBack)
  await gateway.ready()
  expect(gateway.storeFrom('a', before)).toBe('too old')
  expect(gateway.storeFrom('b', before)).toBe('stored')
  expect(gateway.storeFrom('b', { ...before, offset: before.offset - 1 })).toBe('too old')
  expect(gateway.storeFrom('old', before)).toBe('stored')
})

test('in a new epoch, nothing from before is found', async () => {
  await using bed = await openBed()
  await using gateway = bed.startGateway()
  await gateway.ready()
  gateway.store('a', 'a')
  const epoch = await bumpEpoch(bed.sql)
  await vi.waitFor(() => expect(gateway.memory.positions.get('d')?.epoch).toBe(epoch), WAIT)
  expect(gateway.find('a')).toBeNull()
})

test('when the clock of the database was set forward, the clocks are compared again', async () => {
  await using bed = await openBed()
  bed.broken.clockMs = -3_600_000
  await using gateway = bed.startGateway()
  await gateway.ready()
  expect(gateway.follower.databaseNow('d')).toBeLessThan(Date.now() - 3_000_000)
  bed.broken.clockMs = 0
  await bed.change('a')
  await vi.waitFor(() => {
    expect(gateway.follower.databaseNow('d')).toBeGreaterThan(Date.now() - 1_000)
    expect(gateway.follower.databaseNow('d')).toBeLessThan(Number.POSITIVE_INFINITY)
  }, WAIT)
})

test('while the log cannot be read, the cache gets older; it goes on when the log is back', async () => {
  await using bed = await openBed()
  await using gateway = bed.startGateway()
  await gateway.ready()
  await bed.change('x')
  await vi.waitFor(() => expect(gateway.memory.positions.get('d')?.time).toBeGreaterThan(0), WAIT)
  gateway.store('a', 'a')
  bed.broken.feed = true
  await vi.waitFor(() => expect(gateway.follower.faults.get('d')).toBe('the feed is broken'), WAIT)
  const { time } = gateway.memory.positions.get('d') ?? { time: 0 }
  await bed.change('a')
  expect(gateway.find('a')).toBe('a')
  expect(gateway.memory.positions.get('d')?.time).toBe(time)
  bed.broken.feed = false
  await vi.waitFor(() => expect(gateway.find('a')).toBeNull(), WAIT)
  await vi.waitFor(() => expect(gateway.follower.faults.size).toBe(0), WAIT)
  expect(gateway.reports).toContain('the cache cannot follow d: the feed is broken')
  expect(gateway.reports).toContain('the cache follows d again')
})
