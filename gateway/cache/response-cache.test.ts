import { expect, test } from 'vitest'
import { createMemoryCache, createTwoLevels } from '../../patterns/cache-aside/index.ts'
import { tokenOf, type ControlRecord, type EventRecord } from '../../patterns/change-log/index.ts'
import { RequestConsistency } from '../consistency-token/request-consistency.ts'
import type { CompleteResponse } from '../execution/operation.ts'
import type { ExecutableOperation } from '../execution/operation-store.ts'
import type { SubgraphResponse } from '../execution/subgraph-request.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { CacheFigures } from './cache-figures.ts'
import { createFreshness } from './freshness.ts'
import { createResponseCache } from './response-cache.ts'

const CONTEXT: GatewayContext = { viewer: { id: 'user_1', session: null }, headers: {}, requestId: 'id' }

const PRIVATE = { cache: { maxAge: 100, scope: 'PRIVATE' } }

function openBed(databases: readonly string[] = ['users'], maxBytes = 1_000_000) {
  const time = { local: 0, database: 1_000_000 }
  const memory = createMemoryCache<string>({ maxBytes, maxEntryBytes: maxBytes, clock: () => time.local })
  for (const database of databases) memory.restart(database, { epoch: 1, offset: 0 })
  const figures = new CacheFigures({ bytes: () => memory.bytes, lag: () => [], redisOpen: () => false })
  const written: unknown[] = []
  const cache = createResponseCache({
    levels: createTwoLevels({ memory, redis: null, clock: () => time.local, random: () => 0 }),
    freshness: createFreshness({ databaseNow: () => time.database, copies: new Map() }),
    databasesOf: (subgraph) => (subgraph === 'users' ? databases : []),
    figures,
    afterWrite: async (token) => void written.push(token),
  })
  let offset = 0
  const control = (xmax: number): ControlRecord => ({
    kind: 'control',
    offset: ++offset,
    n: offset,
    cur: `${xmax}:${xmax}:`,
    time: time.database,
  })
  const event = (touches: string[]): EventRecord => {
    const rest = { key: 'k', type: 't', version: 1, payload: null, headers: {}, time: 0 }
    return { kind: 'event', offset: ++offset, xid: '7', touches, ...rest }
  }
  const executed: GatewayContext[] = []
  let answer = { data: '{"a":1}', errors: [] as CompleteResponse['errors'] }
  let during: () => void = () => {}
  let response: SubgraphResponse = { data: {}, extensions: { facets: [['f']] } }
  memory.apply('users', 1, [control(5)])

  return {
    time,
    memory,
    written,
    outcomes: () => [...figures.samples()].map(({ labels, value }) => [labels['outcome'], value]),
    executed,
    tick: (xmax: number) => memory.apply('users', 1, [control(xmax)]),
    touch: (...facets: string[]) => memory.apply('users', 1, [event(facets)]),
    set(next: { answer?: Partial<typeof answer>; during?: () => void; response?: SubgraphResponse }) {
      answer = { ...answer, ...next.answer }
      during = next.during ?? during
      response = next.response ?? response
    },
    respond(more: Partial<GatewayContext> = {}, operation: object = {}, ...subgraphs: string[]) {
      const cached = { cache: { maxAge: 100, scope: 'PUBLIC' }, identity: () => 'key', ...operation }
      return cache.respond(cached as ExecutableOperation, { ...CONTEXT, ...more }, async (context) => {
        executed.push(context)
        during()
        for (const name of subgraphs.length > 0 ? subgraphs : ['users']) context.rests?.add(name, response, 1)
        return { kind: 'complete', ...answer }
      })
    },
  }
}

test('a response is stored, and found until a facet is touched, its age is over, or the log stands still', async () => {
  const bed = openBed()
  expect(await bed.respond()).toMatchObject({
    data: '{"a":1}',
    cache: { kind: 'forwarded', why: 'miss', stored: true },
  })
  bed.time.database += 2_000
  expect(await bed.respond()).toMatchObject({
    data: '{"a":1}',
    cache: { kind: 'hit', level: 'memory', age: 2 },
  })
  bed.touch('f')
  expect(await bed.respond()).toMatchObject({ cache: { why: 'miss' } })
  bed.time.local += 90_000
  expect(await bed.respond()).toMatchObject({ cache: { why: 'miss', stored: true } })
  bed.time.database += 4_000
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'forwarded', why: 'stale', stored: true } })
  bed.tick(5)
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'hit', age: 0 } })
})

test('a response expires with the first of its parts that were in the cache', async () => {
  const bed = openBed()
  bed.set({
    during: () =>
      [70_000, 30_000, 50_000].forEach((expiresAt) => bed.executed.at(-1)?.rests?.found({ expiresAt })),
  })
  expect(await bed.respond()).toMatchObject({ cache: { why: 'partial', stored: true } })
  bed.time.local = 29_000
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'hit' } })
  bed.time.local = 30_000
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'forwarded' } })
})

test('if the memory is full, what is asked for once is made without facets, and what is asked for again is stored', async () => {
  // Full with one entry.
  const bed = openBed(undefined, 380)
  const respond = (key: string) => bed.respond({}, { identity: () => key })
  expect(await respond('a')).toMatchObject({ cache: { stored: true } })
  bed.set({ during: () => bed.executed.at(-1)?.rests?.found({ expiresAt: 9_000 }) })
  expect(await respond('c')).toMatchObject({
    cache: { why: 'partial', stored: false, detail: 'the cache is full' },
  })
  expect(await respond('c')).toMatchObject({ cache: { why: 'partial', stored: true } })
  expect(await respond('c')).toMatchObject({ cache: { kind: 'hit' } })
  expect(bed.executed.map(({ reportFacets, rests }) => [reportFacets, rests?.gathers])).toEqual([
    [true, true],
    [false, false],
    [true, true],
  ])
})

test('a tick that is later than the clock of the database says nothing: the clock was set back', async () => {
  const bed = openBed()
  await bed.respond()
  bed.time.database -= 1_000
  expect(await bed.respond()).toMatchObject({ cache: { why: 'stale' } })
  bed.tick(5)
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'hit', age: 0 } })
})

test('a response that was touched while it was made is not stored', async () => {
  const bed = openBed()
  bed.set({ during: () => bed.touch('f') })
  expect(await bed.respond()).toMatchObject({ cache: { why: 'miss', stored: false, detail: 'too old' } })
})

test('a shared response is made without the viewer, and found by all', async () => {
  const bed = openBed()
  await bed.respond()
  expect(bed.executed.map(({ viewer }) => viewer)).toEqual([null])
  expect(await bed.respond({ viewer: { id: 'user_2', session: 's' } })).toMatchObject({
    cache: { kind: 'hit' },
  })
})

test('a private response is made for its viewer, and only that viewer finds it, in the same session', async () => {
  const bed = openBed()
  const viewers = [
    CONTEXT.viewer,
    { id: 'user_2', session: null },
    { id: 'user_1', session: 's' },
    { id: '1', session: 'user_' },
    null,
  ]
  for (const viewer of viewers)
    expect(await bed.respond({ viewer }, PRIVATE)).toMatchObject({ cache: { why: 'miss' } })
  expect(bed.executed.map(({ viewer }) => viewer)).toEqual(viewers)
  for (const viewer of viewers)
    expect(await bed.respond({ viewer }, PRIVATE)).toMatchObject({ cache: { kind: 'hit' } })
  expect(await bed.respond()).toMatchObject({ cache: { why: 'miss' } })
})

test('an operation that wrote is answered when the cache has its writes', async () => {
  const bed = openBed()
  const consistency = new RequestConsistency(tokenOf('users', 1, '6'))
  const mutation = { cache: undefined, identity: () => null }
  await bed.respond({ consistency }, mutation)
  expect(bed.written).toEqual([])
  consistency.recordWrites([['users', 1, ['8'], '8']])
  expect(await bed.respond({ consistency }, mutation)).not.toHaveProperty('cache')
  expect(bed.written).toEqual([consistency.kept()])
})

test('a reader with a token finds only what has its writes', async () => {
  const bed = openBed()
  await bed.respond()
  const consistency = new RequestConsistency(tokenOf('users', 1, '6'))
  expect(await bed.respond({ consistency })).toMatchObject({ cache: { why: 'request' } })
  bed.tick(7)
  expect(await bed.respond({ consistency })).toMatchObject({ cache: { kind: 'hit' } })
})

test('errors, stale data, and responses without a report are not stored', async () => {
  const bed = openBed()
  bed.set({ answer: { errors: [{ message: 'no' }] } })
  expect(await bed.respond()).toMatchObject({ cache: { stored: false, detail: 'errors' } })
  bed.set({ answer: { errors: [] }, response: { data: {}, extensions: {} } })
  const unreported = { why: 'miss', stored: false, detail: 'a subgraph did not report its facets' }
  expect(await bed.respond()).toMatchObject({ cache: unreported })
  bed.set({ response: { data: {}, extensions: { facets: 'all' } } })
  expect(await bed.respond()).toMatchObject({ cache: unreported })
  bed.set({ response: { data: {}, extensions: { facets: [['f']] } } })
  expect(await bed.respond({}, {}, 'foreign')).toMatchObject({ cache: unreported })
  const consistency = new RequestConsistency(new Map())
  consistency.showedStale(['users'])
  expect(await bed.respond({ consistency })).toMatchObject({
    cache: { stored: false, detail: 'a copy was behind' },
  })
  expect(await bed.respond({}, { identity: () => null })).not.toHaveProperty('cache')
  expect(bed.memory.bytes).toBe(0)
  expect(bed.outcomes()).toEqual([
    ['memory', 0],
    ['redis', 0],
    ['stored', 0],
    ['errors', 1],
    ['unreported', 3],
    ['stale', 1],
  ])
})

// As in async-cache-dedupe (issue 89): a value with many references made each of its invalidations fail.
test('a response that rests on more facets than a function has arguments is not stored', async () => {
  const bed = openBed()
  const facets = [Array.from({ length: 200_000 }, (_, i) => `f${i}`)]
  bed.set({ response: { data: {}, extensions: { facets } } })
  expect(await bed.respond()).toMatchObject({
    data: '{"a":1}',
    cache: { stored: false, detail: 'too large' },
  })
})

test('every subgraph needs a log, however many databases another one has', async () => {
  const bed = openBed(['users', 'users/1'])
  expect(await bed.respond()).toMatchObject({ cache: { stored: true } })
  bed.touch('f')
  expect(await bed.respond({}, {}, 'users', 'foreign')).toMatchObject({
    cache: { detail: 'a subgraph did not report its facets' },
  })
})

test('a key of any length takes little memory, and another long one is a miss', async () => {
  const bed = openBed()
  const long = (end: string) => ({ identity: () => `key,"${'x'.repeat(200_000)}${end}"` })
  for (const more of [{}, { cache: PRIVATE.cache }] as object[]) {
    expect(await bed.respond({}, { ...long('a'), ...more })).toMatchObject({ cache: { stored: true } })
    expect(await bed.respond({}, { ...long('a'), ...more })).toMatchObject({ cache: { kind: 'hit' } })
    expect(await bed.respond({}, { ...long('b'), ...more })).toMatchObject({ cache: { why: 'miss' } })
  }
  expect(bed.memory.bytes).toBeLessThan(10_000)
})
