import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changelogOf, historyOf } from '../../schema/docs/changelog.ts'
import { workspace } from './support/workspace.ts'

const VERSIONS = [
  'type Query { a: Int b: Int }',
  'type Query { a: Int b: Int c: Kind } "New." enum Kind { "One." A B }',
  'type Query { a: Int\n c: Kind } "New." enum Kind { "One." A B }',
  'type Query { a: Int c: Kind } "Old." enum Kind { "One." A B }',
  'type Query { "A." a: Int c: Kind @deprecated(reason: "Use `a`.") } "Old." enum Kind { "One." A B }',
  'type Query {',
  'type Query { "A." a: Int c: Kind @deprecated(reason: "Use `a`.") } "Old." enum Kind { "One." A B }\n',
]

test('each commit that changed the API is listed, the latest first, breaking changes before others', async () => {
  await using folder = await workspace()
  const commits: string[] = []
  for (const version of VERSIONS) {
    await folder.write({ 's/api.graphql': version })
    commits.push(await folder.commit())
  }
  const file = join(folder.path, 's/api.graphql')
  const releases = await historyOf(file)
  expect(releases?.map(({ commit }) => commits.indexOf(commit))).toEqual([6, 5, 4, 3, 2, 1])
  const text = changelogOf(releases ?? []).replaceAll(/## \S+: A change \(\w{10}\)/g, '##')
  expect(text).toBe(`# Changes of the API

##

One of the two schemas is not valid, so that they cannot be compared.

##

One of the two schemas is not valid, so that they cannot be compared.

##

- Field \`Query.c\` is deprecated.
- Descriptions changed: 1.

##

- Descriptions changed: 1.

##

- **Breaking.** Field \`b\` was removed from object type \`Query\`. Operations that select it are refused.

##

- Type \`Kind\` was added.
- Field \`c\` was added to object type \`Query\`.
`)
  const since = await historyOf(file, commits[4])
  expect(since?.map(({ commit }) => commits.indexOf(commit))).toEqual([6, 5])
})

test('without a repository, or with an unknown ref, there is no history', async () => {
  await using folder = await workspace({ 'api.graphql': 'type Query { a: Int }' })
  const file = join(folder.path, 'api.graphql')
  expect(await historyOf(file)).toBeNull()
  await folder.commit()
  expect(await historyOf(file, 'nope')).toBeNull()
  expect(await historyOf(file)).toEqual([])
})
