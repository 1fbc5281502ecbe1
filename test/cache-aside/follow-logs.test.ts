import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import {
  createMemoryCache,
  createRedisCache,
  followLogs,
  type CacheLog,
} from '../../patterns/cache-aside/index.ts'
import { createSignal, type LogReader, type SendCommand } from '../../patterns/change-log/index.ts'
import { bumpEpoch } from '../../patterns/change-log/owner/epoch.ts'
import { readEnd } from '../../patterns/change-log/owner/read-end.ts'
import { readLog } from '../../patterns/change-log/owner/read-log.ts'
import { parseRecord } from '../../patterns/change-log/record.ts'
import { openLog, tick, write } from '../change-log/support/log-database.ts'
import { openRedis, type TestRedis } from '../change-log/support/redis.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'
import { domainKeys } from './support/domain-keys.ts'

let redis: TestRedis
let send: SendCommand
beforeAll(async () => {
  redis = await openRedis()
  send = await redis.connect()
})
afterAll(() => redis[Symbol.asyncDispose]())

const WAIT = { timeout: TIMEOUT_MS }
const accept = () => true

/** A log with real ticks, a cache domain in Redis, and gateways that are started and stopped at will. */
async function openBed() {
  await using stack = new AsyncDisposableStack()
  const log = stack.use(await openLog())
  const session = await log.database.session()
  const domain = `follow-${randomUUID()}`
  const keys = stack.use(domainKeys(send, domain))
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
    keys,
    broken,
    async change(facet: string) {
      await write(log.relay.sql, facet, 'changed')
      await tick(log.relay.sql)
      ticked.raise()
    },
    startGateway() {
      const clock = () => performance.now()
      const memory = createMemoryCache<string>({ maxBytes: 1_000_000, clock })
      const shared = createRedisCache({ send, domain, random: randomUUID })
      const reports: string[] = []
      const follower = followLogs({
        logs,
        memory,
        redis: shared,
        report: (_, message) => void reports.push(message),
        clock,
        waitMs: 20,
        retryMs: 5,
      })
      return {
        memory,
        shared,
        follower,
        reports,
        store(key: string, facet: string) {
          const entry = { value: key, facets: [facet], databases: ['d'], bytes: 1, expiresAt: clock() + 1e6 }
          return memory.store(key, entry, memory.positions)
        },
        find: (key: string) => memory.read(key, accept)?.value ?? null,
        async share(key: string, facet: string) {
          const { state } = await shared.read([])
          const entry = { value: key, facets: [facet], databases: ['d'], ttlMs: 60_000 }
          return state ? shared.store([{ key, entry, at: state.positions }], state.incarnation) : null
        },
        findShared: async (key: string) => (await shared.read([key])).entries[0]?.value ?? null,
        /** Resolves when both levels have a position. */
        ready: () =>
          vi.waitFor(async () => {
            expect(memory.positions.size).toBe(1)
            expect((await shared.read([])).state).not.toBeNull()
          }, WAIT),
        [Symbol.asyncDispose]: () => follower[Symbol.asyncDispose](),
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

test('an event invalidates in memory and in Redis, and its tick says how old both are', async () => {
  await using bed = await openBed()
  await using gateway = bed.startGateway()
  await gateway.ready()
  expect(gateway.store('a', 'a')).toBe('stored')
  expect(await gateway.share('b', 'a')).toEqual(['stored'])
  expect(gateway.follower.databaseNow('d')).toBeGreaterThan(Date.now() - 1_000)
  await bed.change('a')
  await vi.waitFor(async () => {
    expect(gateway.find('a')).toBeNull()
    expect(await gateway.findShared('b')).toBeNull()
  }, WAIT)
  const time = gateway.memory.positions.get('d')?.time ?? 0
  expect(gateway.follower.databaseNow('d') - time).toBeGreaterThan(0)
  expect((await gateway.shared.read([])).state?.positions.get('d')?.time).toBe(time)
  expect(gateway.follower.faults.size).toBe(0)
})

test('what is written while no gateway runs invalidates the entries in Redis when one is back', async () => {
  await using bed = await openBed()
  {
    await using gateway = bed.startGateway()
    await gateway.ready()
    await gateway.share('a', 'a')
    await gateway.share('b', 'b')
  }
  await bed.change('a')
  await using back = bed.startGateway()
  await back.ready()
  await vi.waitFor(async () => expect(await back.findShared('a')).toBeNull(), WAIT)
  expect(await back.findShared('b')).toBe('b')
})

test('several gateways apply a log to Redis, each event once', async () => {
  await using bed = await openBed()
  const gateways = [bed.startGateway(), bed.startGateway(), bed.startGateway()]
  await using stack = new AsyncDisposableStack()
  for (const gateway of gateways) stack.use(gateway)
  await Promise.all(gateways.map((gateway) => gateway.ready()))
  for (let i = 0; i < 20; i++) await bed.change(`facet ${i}`)
  const { position } = await readEnd(bed.sql)
  await vi.waitFor(async () => {
    for (const gateway of gateways) expect(gateway.memory.positions.get('d')).toMatchObject(position)
    expect((await gateways[0]?.shared.read([]))?.state?.positions.get('d')).toMatchObject(position)
  }, WAIT)
  expect(gateways.flatMap(({ follower }) => [...follower.faults])).toEqual([])
})

test('in a new epoch, and after a flush of Redis, nothing from before is found', async () => {
  await using bed = await openBed()
  await using gateway = bed.startGateway()
  await gateway.ready()
  gateway.store('a', 'a')
  await gateway.share('a', 'a')
  const epoch = await bumpEpoch(bed.sql)
  await vi.waitFor(async () => {
    expect(gateway.memory.positions.get('d')?.epoch).toBe(epoch)
    expect((await gateway.shared.read([])).state?.positions.get('d')?.epoch).toBe(epoch)
  }, WAIT)
  expect(gateway.find('a')).toBeNull()
  expect(await gateway.findShared('a')).toBeNull()
  expect(await gateway.share('b', 'b')).toEqual(['stored'])
  await bed.keys.flush()
  await bed.change('x')
  await gateway.ready()
  expect(await gateway.findShared('b')).toBeNull()
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
