import { expect, test } from 'vitest'
import { parseExactly } from '../execution/exact-number.ts'
import type { SubgraphRequest, SubgraphResponse } from '../execution/subgraph-request.ts'
import { Rests } from './rests.ts'
import { answerFor, fetchOf, HEAD, idsIn, openBed, resolveAll, VIEWER } from './testing/fetch-bed.ts'

test('only entities that are not in the cache are fetched, and all come back in their order', async () => {
  const bed = openBed()
  expect(await bed.ask(fetchOf(['a', 'b']))).toEqual(answerFor('a', 'b'))
  expect(await bed.ask(fetchOf(['b', 'c', 'a', 'd']))).toEqual(answerFor('b', 'c', 'a', 'd'))
  expect(await bed.ask(fetchOf(['d', 'b']))).toEqual(answerFor('d', 'b'))
  expect(bed.asked.map(idsIn)).toEqual([
    ['a', 'b'],
    ['c', 'd'],
  ])
  bed.touch('books:Book:b')
  expect(await bed.ask(fetchOf(['a', 'b', 'd']))).toEqual(answerFor('a', 'b', 'd'))
  expect(bed.asked.map(idsIn).at(-1)).toEqual(['b'])
  expect(bed.figures()).toEqual([
    ['books:Book', 'memory', 6],
    ['books:Book', 'redis', 0],
    ['books:Book', 'stored', 5],
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

test('if the memory is full, what is asked for once is fetched without facets, and what is asked for again is stored', async () => {
  // Full with one entry.
  const bed = openBed((asked) => (asked.request.entities ? resolveAll(asked) : { data: {} }), 500)
  const reports = () => bed.asked.splice(0).map(({ context }) => context.reportFacets === true)
  const post = { body: '{}', entities: undefined }
  const ask = async (...ids: string[]) => {
    expect(await bed.ask(fetchOf(ids))).toEqual(answerFor(...ids))
    return reports()
  }
  expect(await ask('a')).toEqual([true])
  expect(await ask('b')).toEqual([false])
  expect(await ask('a', 'c')).toEqual([false])
  expect(await ask('b', 'd')).toEqual([true])
  expect(await ask('b', 'e')).toEqual([false])
  expect(await ask('b')).toEqual([])
  for (let i = 0; i < 2; i++) await bed.ask(fetchOf([], post))
  expect(reports()).toEqual([false, true])
  expect(bed.figures()).toEqual([
    ['books:Book', 'memory', 3],
    ['books:Book', 'redis', 0],
    ['books:Book', 'stored', 2],
    ['books:Book', 'asked once', 4],
    ['books:Query', 'memory', 0],
    ['books:Query', 'redis', 0],
    ['books:Query', 'stored', 0],
    ['books:Query', 'asked once', 1],
    ['books:Query', 'unreported', 1],
  ])
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
  const representations = members.map((text) => `{"__typename":"Book","id":"a"${text}}`)
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
  const bed = openBed(() => ({ data, extensions: { facets: [['books:Book:a']] }, plain: true }))
  const request = { ...fetchOf([]), body: '{"query":"{ post }"}', entities: undefined }
  await bed.ask(request)
  data = { post: { text: 'a\\b' } }
  for (let i = 0; i < 3; i++) expect((await bed.ask(request)).data).toEqual(data)
  expect(bed.asked).toHaveLength(2)
  expect((await bed.ask(request)).plain).toBe(false)
  bed.touch('books:Book:a')
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
    bed.touch('books:Book:b')
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
