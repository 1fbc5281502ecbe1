import { GraphQLError } from 'graphql'
import { expect, test } from 'vitest'
import { answerFor, fetchOf, idsIn, openBed, resolveAll } from './testing/fetch-bed.ts'

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
