import { buildSchema, parse, Source } from 'graphql'
import { expect, test } from 'vitest'
import { judgeChanges } from './judge-changes.ts'

function schemaOf(sdl: string) {
  const typeDefs = parse(new Source(sdl, 'users.graphql'))
  return { api: buildSchema(sdl), subgraphs: [{ name: 'users', url: 'http://users', typeDefs }] }
}

test('a removed field is listed at the type that had it, in the head', () => {
  const base = schemaOf('type Query {\n  user: User\n}\n\ntype User {\n  id: ID\n  bio: String\n}')
  const head = schemaOf('type Query {\n  user: User\n}\n\ntype User {\n  id: ID\n}')
  const { result, breaking } = judgeChanges(base, head)
  expect(breaking).toHaveLength(1)
  expect(result).toMatchObject({
    stage: 'changes',
    verdict: 'passed',
    summary: 'Changes: 1 breaking, 0 dangerous, 0 safe.',
    findings: [
      {
        code: 'FIELD_REMOVED',
        severity: 'warning',
        message: 'Field `bio` was removed from object type `User`. Operations that select it are refused.',
        coordinate: 'User.bio',
        subgraph: 'users',
        place: { file: 'users.graphql', line: 5, column: 6 },
        remedy: expect.stringContaining('@deprecated') as string,
      },
    ],
  })
})

test('a changed type is listed at the type in the head', () => {
  const base = schemaOf('type Query {\n  a: Int!\n}')
  const { breaking } = judgeChanges(base, schemaOf('type Query {\n  a: Int\n}'))
  expect(breaking[0]?.place).toEqual({ file: 'users.graphql', line: 2, column: 6 })
})

test('without the subgraphs of the base, changes of the API are judged, and the summary says what is not', () => {
  const base = { ...schemaOf('type Query { a: Int b: Int }'), subgraphs: null }
  const { result, breaking } = judgeChanges(base, schemaOf('type Query { a: Int }'))
  expect(breaking.map(({ code, subgraph }) => [code, subgraph])).toEqual([['FIELD_REMOVED', 'users']])
  expect(result.summary).toMatch(/The base has no subgraphs/)
})
