import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, parse } from 'graphql'
import { expect, test } from 'vitest'
import { reportFacets } from './report-facets.ts'

const typeDefs = parse(`
  type Query { book(title: String!): Book, shelf: [Book], ordered: [Book] }
  type Book @key(fields: "id") { id: ID! next: Book related: [Book] authors: [Author] }
  type Author @key(fields: "id") { id: ID! name: String books: [Book] }
`)

type Book = { id: string }
const book = (id: string): Book | null => (id === 'none' ? null : { id })

const resolvers = {
  Query: {
    book: (_: unknown, { title }: { title: string }) => Promise.resolve(book(title)),
    shelf: () => [book('1'), null, book('2')],
    ordered: () => [Promise.resolve(book('1')), Promise.resolve(null), Promise.resolve(book('2'))],
  },
  Book: {
    __resolveReference: ({ id }: { id: string }) => Promise.resolve(book(id)),
    next: ({ id }: Book) => Promise.resolve(book(`${id}n`)),
    related: ({ id }: Book) => [book(`${id}a`), book(`${id}b`)],
    authors: ({ id }: Book) => Promise.resolve([{ id: `of ${id}`, name: 'a name' }]),
  },
  Author: { books: () => [book('9')] },
}

const schema = buildSubgraphSchema([{ typeDefs, resolvers }])
const attach = reportFacets(schema, {
  types: {
    Book: { ofId: (id) => [`Book:${id}`], ofValue: ({ id }: Book) => [`Book:${id}`] },
    Author: { ofFields: ({ id }: { id: string }) => [`Author:${id}`] },
  },
  fields: {
    'Query.book': ({ title }: { title: string }) => [`title:${title}`],
    'Book.related': () => ['related'],
  },
})

async function facetsOf(query: string, variableValues: Record<string, unknown> = {}) {
  const contextValue = {}
  const report = attach(contextValue)
  const { errors } = await execute({ schema, document: parse(query), variableValues, contextValue })
  expect(errors).toBeUndefined()
  return report.facets()
}

test('a response rests on the values in it, at any depth, and on the look-up', async () => {
  expect(await facetsOf('{ book(title: "1") { next { next { id } } } }')).toEqual([
    ['title:1', 'Book:1', 'Book:1n', 'Book:1nn'],
  ])
  expect(await facetsOf('{ shelf { id } }')).toEqual([['Book:1', 'Book:2']])
  expect(await facetsOf('{ ordered { id } }')).toEqual([['Book:1', 'Book:2']])
})

test('a look-up that finds nothing rests on the look-up', async () => {
  expect(await facetsOf('{ book(title: "none") { id } }')).toEqual([['title:none']])
})

test('what only its fields rest on counts if one besides the id is asked for', async () => {
  const asking = (fields: string) => facetsOf(`{ book(title: "1") { authors { ${fields} } } }`)
  expect(await asking('__typename id')).toEqual([['title:1', 'Book:1']])
  expect(await asking('key: id name')).toEqual([['title:1', 'Book:1', 'Author:of 1']])
  expect(await asking('books { id }')).toEqual([['title:1', 'Book:1', 'Author:of 1', 'Book:9']])
})

test('each representation has the facets of its own entity, also if there is none', async () => {
  const r = ['1', 'none', '2'].map((id) => ({ __typename: 'Book', id }))
  const query = (fields: string) =>
    `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Book { ${fields} } } }`
  expect(await facetsOf(query('next { id }'), { r })).toEqual([
    ['Book:1', 'Book:1n'],
    ['Book:none'],
    ['Book:2', 'Book:2n'],
  ])
  expect(await facetsOf(query('related { id }'), { r })).toEqual([
    ['Book:1', 'related', 'Book:1a', 'Book:1b'],
    ['Book:none'],
    ['Book:2', 'related', 'Book:2a', 'Book:2b'],
  ])
})

test('a response without facets lists none, and a request without a report is executed as before', async () => {
  expect(await facetsOf('{ __typename }')).toEqual([])
  const { data } = await execute({ schema, document: parse('{ shelf { id } }'), contextValue: {} })
  expect(data).toEqual({ shelf: [{ id: '1' }, null, { id: '2' }] })
})
