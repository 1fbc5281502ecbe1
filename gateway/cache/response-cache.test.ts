import { expect, test } from 'vitest'
import { createMemoryCache } from '../../patterns/cache-aside/index.ts'
import { tokenOf, type ControlRecord, type EventRecord } from '../../patterns/change-log/index.ts'
import { RequestConsistency } from '../consistency-token/request-consistency.ts'
import type { CompleteResponse } from '../execution/operation.ts'
import type { ExecutableOperation } from '../execution/operation-store.ts'
import type { SubgraphResponse } from '../execution/subgraph-request.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { createResponseCache } from './response-cache.ts'

const CONTEXT: GatewayContext = { viewer: { id: 'user_1', session: null }, headers: {}, requestId: 'id' }

const PRIVATE = { cache: { maxAge: 100, scope: 'PRIVATE' } }

function openBed(databases: readonly string[] = ['users']) {
  const time = { local: 0, database: 1_000_000 }
  const memory = createMemoryCache<string>({ maxBytes: 1_000_000, clock: () => time.local })
  for (const database of databases) memory.restart(database, { epoch: 1, offset: 0 })
  const cache = createResponseCache({
    memory,
    databaseNow: () => time.database,
    copies: new Map(),
    databasesOf: (subgraph) => (subgraph === 'users' ? databases : []),
    clock: () => time.local,
    random: () => 0,
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
    outcomes: () =>
      [...cache.figures.responses.samples()].map(({ labels, value }) => [labels['outcome'], value]),
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
        for (const name of subgraphs.length > 0 ? subgraphs : ['users']) context.rests?.add(name, response)
        return { kind: 'complete', ...answer }
      })
    },
  }
}

test('a response is stored, and found until a facet is touched, its age is over, or the log stands still', async () => {
  const bed = openBed()
  expect(await bed.respond()).toMatchObject({ data: '{"a":1}', cache: { kind: 'miss', reason: 'stored' } })
  bed.time.database += 2_000
  expect(await bed.respond()).toMatchObject({ data: '{"a":1}', cache: { kind: 'hit', age: 2 } })
  bed.touch('f')
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'miss' } })
  bed.time.local += 90_000
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'miss' } })
  bed.time.database += 4_000
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'miss', reason: 'stored' } })
  bed.tick(5)
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'hit', age: 0 } })
})

test('a tick that is later than the clock of the database says nothing: the clock was set back', async () => {
  const bed = openBed()
  await bed.respond()
  bed.time.database -= 1_000
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'miss' } })
  bed.tick(5)
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'hit', age: 0 } })
})

test('a response that was touched while it was made is not stored', async () => {
  const bed = openBed()
  bed.set({ during: () => bed.touch('f') })
  expect(await bed.respond()).toMatchObject({ cache: { kind: 'miss', reason: 'not stored: too old' } })
})

test('a shared response is made without the viewer; a private one is made for the viewer, and not stored', async () => {
  const bed = openBed()
  await bed.respond()
  await bed.respond({}, PRIVATE)
  expect(bed.executed.map(({ viewer }) => viewer)).toEqual([null, CONTEXT.viewer])
  expect(await bed.respond({}, PRIVATE)).not.toHaveProperty('cache')
  expect(bed.executed).toHaveLength(3)
})

test('a reader with a token finds only what has its writes', async () => {
  const bed = openBed()
  await bed.respond()
  const consistency = new RequestConsistency(tokenOf('users', 1, '6'))
  expect(await bed.respond({ consistency })).toMatchObject({ cache: { kind: 'miss' } })
  bed.tick(7)
  expect(await bed.respond({ consistency })).toMatchObject({ cache: { kind: 'hit' } })
})

test('errors, stale data, and responses without a report are not stored', async () => {
  const bed = openBed()
  bed.set({ answer: { errors: [{ message: 'no' }] } })
  expect(await bed.respond()).not.toHaveProperty('cache')
  bed.set({ answer: { errors: [] }, response: { data: {}, extensions: {} } })
  const unreported = { kind: 'miss', reason: 'not stored: a subgraph did not report its facets' }
  expect(await bed.respond()).toMatchObject({ cache: unreported })
  bed.set({ response: { data: {}, extensions: { facets: 'all' } } })
  expect(await bed.respond()).toMatchObject({ cache: unreported })
  bed.set({ response: { data: {}, extensions: { facets: [['f']] } } })
  expect(await bed.respond({}, {}, 'foreign')).toMatchObject({ cache: unreported })
  const consistency = new RequestConsistency(new Map())
  consistency.showedStale(['users'])
  expect(await bed.respond({ consistency })).not.toHaveProperty('cache')
  expect(await bed.respond({}, { identity: () => null })).not.toHaveProperty('cache')
  expect(bed.memory.bytes).toBe(0)
  expect(bed.outcomes()).toEqual([
    ['hit', 0],
    ['stored', 0],
    ['errors', 1],
    ['unreported', 3],
    ['stale', 1],
  ])
})

test('every subgraph needs a log, however many databases another one has', async () => {
  const bed = openBed(['users', 'users/1'])
  expect(await bed.respond()).toMatchObject({ cache: { reason: 'stored' } })
  bed.touch('f')
  expect(await bed.respond({}, {}, 'users', 'foreign')).toMatchObject({
    cache: { reason: 'not stored: a subgraph did not report its facets' },
  })
})
