import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { composeSubgraphs } from './compose-subgraphs.ts'

const composed = (schema: string) =>
  composeSubgraphs([{ name: 'a', url: '', typeDefs: parse(`${schema}\ntype Query { a: Int }`) }]).result

test.each([
  ['no arguments', 'extend schema @link', 'has no `url`', 15],
  ['no URL', 'extend schema @link(import: ["@key"])', 'has no `url`', 15],
  ['a URL that is none', 'schema @link(url: "federation") { query: Query }', 'has a `url` that is not', 19],
  ['a number', 'extend schema @link(url: 3)', 'has a `url` that is not', 26],
])('a @link with %s is an error at its place', (_, schema, message, column) => {
  const { verdict, findings } = composed(schema)
  expect(verdict).toBe('failed')
  expect(findings).toMatchObject([
    {
      code: 'INVALID_LINK_DIRECTIVE_USAGE',
      message: expect.stringContaining(message),
      place: { line: 1, column },
      subgraph: 'a',
    },
  ])
})

test.each([
  ['of another specification', 'extend schema @link(url: "https://specs.example/a/v1.0")'],
  [
    'that the subgraph defines itself',
    'directive @link(to: String) on SCHEMA\nextend schema @link(to: "docs")',
  ],
])('a @link %s is no error', (_, schema) => {
  expect(composed(schema).verdict).toBe('passed')
})
