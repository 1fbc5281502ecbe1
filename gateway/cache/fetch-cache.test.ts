import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { createMemoryCache, createTwoLevels } from '../../patterns/cache-aside/index.ts'
import type { ControlRecord, EventRecord } from '../../patterns/change-log/index.ts'
import { parseExactly } from '../execution/exact-number.ts'
import type { SubgraphRequest, SubgraphResponse } from '../execution/subgraph-request.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { CacheFigures } from './cache-figures.ts'
import { createFetchCache } from './fetch-cache.ts'
import { createFreshness } from './freshness.ts'
import { Rests } from './rests.ts'

const VIEWER = { id: 'user_1', session: null }
const CONTEXT: GatewayContext = { viewer: VIEWER, headers: {}, requestId: 'id' }

type Asked = { request: SubgraphRequest; context: GatewayContext }

/** The cache before a subgraph `posts`. @param respond the subgraph */
function openBed(respond: (asked: Asked) => SubgraphResponse = resolveAll) {
  let offset = 0
  const time = { now: 0 }
  const clock = () => time.now
  const memory = createMemoryCache<string>({ maxBytes: 1_000_000, clock })
  const figures = new CacheFigures({ bytes: () => 0, lag: () => [], redisOpen: () => false })
  const fetches = createFetchCache({
    levels: createTwoLevels({ memory, redis: null, clock, random: () => 1 }),
    freshness: createFreshness({ databaseNow: () => 1_000, copies: new Map() }),
    databasesOf: (subgraph) => (subgraph === 'posts' ? ['posts'] : []),
    figures,
  })
  const asked: Asked[] = []
  const source = fetches(async (request, context) => {
    asked.push({ request, context })
    return respond({ request, context })
  })
  memory.restart('posts', { epoch: 1, offset: 0 })
  const control: ControlRecord = { kind: 'control', offset: ++offset, n: 1, cur: '9:9:', time: 1_000 }
  memory.apply('posts', 1, [control])
  return {
    asked,
    time,
    figures: () =>
      [...figures.samples()].map(({ labels, value }) => [labels['kind'], labels['outcome'], value]),
    touch(...touches: string[]) {
      const rest = { key: 'k', type: 't', version: 1, payload: null, headers: {}, time: 0 }
      const event: EventRecord = { kind: 'event', offset: ++offset, xid: '7', touches, ...rest }
      memory.apply('posts', 1, [event])
    },
    ask: (request: SubgraphRequest, more: Partial<GatewayContext> = {}) =>
      source(request, { ...CONTEXT, ...more }),
  }
}

const HEAD = '{"query":"q","variables":{"representations":['

function fetchOf(ids: readonly string[], more: Partial<SubgraphRequest> = {}): SubgraphRequest {
  const representations = ids.map((id) => `{"__typename":"Post","id":"${id}"}`)
  return {
    subgraph: 'posts',
    kind: 'query',
    body: `${HEAD}${representations.join(',')}]}}`,
    entities: { head: HEAD, representations },
    caching: { maxAge: 60, scope: 'PUBLIC', selection: 'text' },
    ...more,
  }
}

const idsIn = ({ request }: Asked) =>
  (
    JSON.parse(request.body) as { variables: { representations: { id: string }[] } }
  ).variables.representations.map(({ id }) => id)

function resolveAll(asked: Asked): SubgraphResponse {
  const ids = idsIn(asked)
  return {
    data: { _entities: ids.map((id) => ({ text: `text of ${id}` })) },
    extensions: { facets: ids.map((id) => [`posts:Post:${id}`]), rest: 1 },
    plain: true,
  }
}

const answerFor = (...ids: string[]) =>
  expect.objectContaining({
    data: { _entities: ids.map((id) => ({ text: `text of ${id}` })) },
    extensions: expect.objectContaining({ facets: ids.map((id) => [`posts:Post:${id}`]) }) as unknown,
    plain: true,
  }) as unknown

test('only entities that are not in the cache are fetched, and all come back in their order', async () => {
  const bed = openBed()
  expect(await bed.ask(fetchOf(['a', 'b']))).toEqual(answerFor('a', 'b'))
  expect(await bed.ask(fetchOf(['b', 'c', 'a', 'd']))).toEqual(answerFor('b', 'c', 'a', 'd'))
  expect(await bed.ask(fetchOf(['d', 'b']))).toEqual(answerFor('d', 'b'))
  expect(bed.asked.map(idsIn)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
  bed.touch('posts:Post:b')
  expect(await bed.ask(fetchOf(['a', 'b', 'd']))).toEqual(answerFor('a', 'b', 'd'))
  expect(bed.asked.map(idsIn).at(-1)).toEqual(['b'])
  expect(bed.figures()).toEqual([
    ['posts:Post', 'memory', 6],
    ['posts:Post', 'redis', 0],
    ['posts:Post', 'stored', 5],
  ])
})

// As in Apollo Router (pull requests 5463 and 10255): the age of a response began anew, or a new entity got the age of an old one.
test('a response expires with the first entity that was found, and each entity by itself', async () => {
  const bed = openBed()
  const expiryOf = async (...ids: string[]) => {
    const rests = new Rests()
    await bed.ask(fetchOf(ids), { rests })
    return rests.partly ? rests.expiresAt : null
  }
  expect(await expiryOf('a')).toBeNull()
  bed.time.now = 20_000
  expect(await expiryOf('b', 'a')).toBe(60_000)
  expect(await expiryOf('b')).toBe(80_000)
  expect(await expiryOf('b', 'a')).toBe(60_000)
  bed.time.now = 60_000
  expect(await expiryOf('a')).toBeNull()
})

test('a value from the cache may be changed by its reader', async () => {
  const bed = openBed()
  for (let i = 0; i < 3; i++) {
    const { data } = await bed.ask(fetchOf(['a']))
    expect(data).toEqual({ _entities: [{ text: 'text of a' }] })
    for (const entity of Object(data)._entities as object[]) Object.assign(entity, { text: 'changed' })
  }
  expect(bed.asked).toHaveLength(1)
})

test('an entity with an error does not keep the others of its fetch out of the cache', async () => {
  const bed = openBed((asked) => ({
    ...resolveAll(asked),
    errors: idsIn(asked).flatMap((id, i) =>
      id === 'gone' ? [{ message: 'no', path: ['_entities', i] }] : [],
    ),
  }))
  for (let i = 0; i < 2; i++) await bed.ask(fetchOf(['a', 'gone', 'b']))
  expect(bed.asked.map(idsIn)).toEqual([['a', 'gone', 'b'], ['gone']])
})

test('an error of a fetched entity has the index of its representation, and nothing of the response is stored', async () => {
  let faulty = false
  const bed = openBed((asked) =>
    faulty
      ? {
          ...resolveAll(asked),
          errors: [
            { message: 'no', path: ['_entities', 1, 'text'] },
            { message: 'all' },
            // As in Apollo Router (pull request 9986): errors without an index were dropped.
            { message: 'one', path: ['_entities', 'text'] },
          ],
        }
      : resolveAll(asked),
  )
  await bed.ask(fetchOf(['a']))
  faulty = true
  expect((await bed.ask(fetchOf(['b', 'a', 'c']))).errors).toEqual([
    { message: 'no', path: ['_entities', 2, 'text'] },
    { message: 'all' },
    { message: 'one', path: ['_entities', 'text'] },
  ])
  faulty = false
  bed.asked.length = 0
  await bed.ask(fetchOf(['a', 'b', 'c']))
  expect(bed.asked.map(idsIn)).toEqual([['b', 'c']])
})

// As in Apollo Router (pull request 5776): while a subgraph was down, what the cache had of it was not shown.
test('if the others cannot be fetched, entities from the cache are shown, and each of the others has the error', async () => {
  let down = false
  const bed = openBed((asked) => {
    if (down) throw new GraphQLError('It is down.', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } })
    return resolveAll(asked)
  })
  await bed.ask(fetchOf(['b', 'c']))
  down = true
  const error = (i: number) => ({
    message: 'It is down.',
    extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
    path: ['_entities', i],
  })
  const response = await bed.ask(fetchOf(['a', 'b', 'd', 'c']))
  expect(response.data).toEqual({ _entities: [null, { text: 'text of b' }, null, { text: 'text of c' }] })
  expect(response.errors).toEqual([error(0), error(2)])
  await expect(bed.ask(fetchOf(['a', 'd']))).rejects.toThrow('It is down.')
  down = false
  bed.asked.length = 0
  expect(await bed.ask(fetchOf(['a', 'b', 'c', 'd']))).toEqual(answerFor('a', 'b', 'c', 'd'))
  expect(bed.asked.map(idsIn)).toEqual([['a', 'd']])
})

test('a bug while others are fetched is not an error of entities', async () => {
  let faulty = false
  const bed = openBed((asked) => {
    if (faulty) throw new TypeError('a bug')
    return resolveAll(asked)
  })
  await bed.ask(fetchOf(['a']))
  faulty = true
  await expect(bed.ask(fetchOf(['a', 'b']))).rejects.toThrow(TypeError)
})

test('a response with another number of entities is unusable, also if some were in the cache', async () => {
  let count = 1
  const bed = openBed((asked) => ({
    ...resolveAll(asked),
    data: { _entities: Array.from({ length: count }, () => ({ text: 'x' })) },
  }))
  await bed.ask(fetchOf(['a']))
  count = 3
  expect(await bed.ask(fetchOf(['a', 'b', 'c']))).toMatchObject({ data: null })
})

test.each([
  ['no report', {}],
  ['a report for another number of entities', { facets: [['f']] }],
  ['an entity without facets', { facets: [['f'], []] }],
  ['a facet with a line break', { facets: [['f'], ['a\nb']] }],
  ['a facet that a client made up', { facets: [['f'], ['x'.repeat(300)]] }],
  ['a copy that is behind', { facets: [['f'], ['g']], stale: ['users'] }],
])('with %s, nothing is stored', async (_, extensions) => {
  const bed = openBed((asked) => ({ ...resolveAll(asked), extensions }))
  await bed.ask(fetchOf(['a', 'b']))
  await bed.ask(fetchOf(['a', 'b']))
  expect(bed.asked).toHaveLength(2)
})

test('shared values are fetched without the viewer; private ones for the viewer, who alone finds them', async () => {
  const bed = openBed()
  const secret = { caching: { maxAge: 60, scope: 'PRIVATE', selection: 'text' } } as const
  await bed.ask(fetchOf(['a']))
  expect(bed.asked.splice(0).map(({ context }) => context.viewer)).toEqual([null])
  const viewers = [VIEWER, { id: 'user_2', session: null }, null]
  for (const viewer of [...viewers, ...viewers]) await bed.ask(fetchOf(['a'], secret), { viewer })
  expect(bed.asked.map(({ context }) => context.viewer)).toEqual(viewers)
})

test('entries of other selections, variables, representations and subgraphs are different', async () => {
  const bed = openBed()
  const caching = { maxAge: 60, scope: 'PUBLIC' } as const
  await bed.ask(fetchOf(['a']))
  await bed.ask(fetchOf(['a'], { caching: { ...caching, selection: 'text"first":1' } }))
  await bed.ask(fetchOf(['a"x":1'.replaceAll('"', ' ')]))
  expect(bed.asked).toHaveLength(3)
  // Without a log, and without a hint.
  for (let i = 0; i < 2; i++) await bed.ask(fetchOf(['a'], { subgraph: 'foreign' }))
  for (let i = 0; i < 2; i++) await bed.ask(fetchOf(['a'], { caching: undefined }))
  for (let i = 0; i < 2; i++) await bed.ask(fetchOf(['a'], { kind: 'mutation' }))
  expect(bed.asked).toHaveLength(9)
})

// As in Apollo Router (pull requests 8767 and 8923): keys with nulls and composite keys had no entry of their own, or failed.
test('representations are different entries if any of their values differ, also if one is missing or null, or late in a long text', async () => {
  const ids = ['1', '"1"', 'null', '[]', '[null]', '[[null]]', '{}', '{"id":1}', '{"id":null}', '1,"y":2']
  const long = ['a', 'b'].map((end) => `"${'x'.repeat(300)}${end}"`)
  const members = ['', ...[...ids, ...long].map((value) => `,"x":${value}`), ',"y":1', ',"y":1,"x":1']
  const representations = members.map((text) => `{"__typename":"Post","id":"a"${text}}`)
  const bed = openBed()
  const ask = (representation: string) => {
    const entities = { head: HEAD, representations: [representation] }
    return bed.ask({ ...fetchOf([]), body: `${HEAD}${representation}]}}`, entities })
  }
  for (const representation of representations) await ask(representation)
  expect(bed.asked).toHaveLength(representations.length)
  for (const representation of representations) await ask(representation)
  expect(bed.asked).toHaveLength(representations.length)
})

test('a fetch of root fields is cached, unless it has no data', async () => {
  let data: SubgraphResponse['data'] = null
  const bed = openBed(() => ({ data, extensions: { facets: [['posts:Post:a']] }, plain: true }))
  const request = { ...fetchOf([]), body: '{"query":"{ post }"}', entities: undefined }
  await bed.ask(request)
  data = { post: { text: 'a\\b' } }
  for (let i = 0; i < 3; i++) expect((await bed.ask(request)).data).toEqual(data)
  expect(bed.asked).toHaveLength(2)
  expect((await bed.ask(request)).plain).toBe(false)
  bed.touch('posts:Post:a')
  await bed.ask(request)
  expect(bed.asked).toHaveLength(3)
})

test('numbers keep their digits', async () => {
  const exact = (parseExactly('{"_entities":[{"price":10.00}]}') as { _entities: unknown[] })._entities
  const bed = openBed((asked) => ({ ...resolveAll(asked), data: { _entities: exact } }))
  const request = fetchOf(['a'], { numbers: { places: [] } as unknown as SubgraphRequest['numbers'] })
  for (let i = 0; i < 2; i++)
    expect(JSON.stringify((await bed.ask(request)).data)).toBe('{"_entities":[{"price":10.00}]}')
  expect(bed.asked).toHaveLength(1)
})

test('what was touched while it was fetched is not stored', async () => {
  const bed = openBed((asked) => {
    bed.touch('posts:Post:b')
    return resolveAll(asked)
  })
  await bed.ask(fetchOf(['a', 'b']))
  await bed.ask(fetchOf(['a', 'b']))
  expect(bed.asked.map(idsIn)).toEqual([['a', 'b'], ['b']])
})

test('a response with a part that may have characters to escape is not plain', async () => {
  const bed = openBed((asked) => ({ ...resolveAll(asked), plain: undefined as unknown as boolean }))
  for (const ids of [['a'], ['a', 'b']]) expect((await bed.ask(fetchOf(ids))).plain).not.toBe(true)
})
