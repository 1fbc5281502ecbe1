import { expect, test } from 'vitest'
import { configOf, workspace } from './support/workspace.ts'

const API = 'type Query { a: Int }\n'

test('errors in SDL of the config have their place in the config', async () => {
  const config = `subgraphs:
  a:
    schema:
      sdl: |
        type Query {
          a: Wrong
        }
  b:
    schema:
      sdl: 'type B { b:Missing }'
`
  await using folder = await workspace({ 'c.yaml': config, 'api.graphql': API })
  const { text, code } = await folder.check('--config', 'c.yaml', '--base', 'api.graphql')
  expect(text).toContain(`error INVALID_GRAPHQL at c.yaml:6:14, subgraph "a"
  Unknown type Wrong
  6 |           a: Wrong
    |              ^`)
  expect(text).toContain('at c.yaml:10:24, subgraph "b"')
  expect(text).toContain('10 |             type B { b:Missing }')
  expect(code).toBe(1)
  await folder.write({ 'c.yaml': config.replace('a: Wrong', 'a: ]') })
  const faults = await folder.check('--config', 'c.yaml', '--base', 'api.graphql')
  expect(faults.text).toMatch(/^✗ c\.yaml:6:14: Subgraph "a": This is not valid GraphQL/)
})

test('in a subfolder, paths of annotations are relative to the root of the repository', async () => {
  await using folder = await workspace({
    'c.yaml': configOf('services/users'),
    'services/users.graphql': 'type Query { a: Int }',
    'operations/web.graphql': 'query A { a gone }',
  })
  await folder.commit()
  const args = ['--config', '../c.yaml', '--operations', '../operations', '--base', 'HEAD']
  const { text } = await folder.checkIn('services', ...args, '--format', 'github')
  expect(text).toMatch(/^::error file=operations\/web\.graphql,line=1,col=13,title=OPERATION_INVALID::/m)
  expect(text).toMatch(/^::warning file=services\/users\.graphql,line=1,col=1,title=lint/m)
})

test('SDL of Federation 1 is compared, and an equal one has no changes', async () => {
  await using folder = await workspace({
    'c.yaml': configOf('a', 'b'),
    'a.graphql': 'type Query { me: User }\ntype User @key(fields: "id") { id: ID! name: String }',
    'b.graphql': `extend type Query { reviews: [Review] }
type Review @key(fields: "id") { id: ID! author: User @provides(fields: "name") }
extend type User @key(fields: "id") { id: ID! @external name: String @external reviews: [Review] }`,
  })
  await folder.commit()
  const args = ['--config', 'c.yaml', '--base', 'HEAD']
  expect(await folder.report(...args)).toMatchObject({ code: 0, faults: [] })
  await folder.write({ 'a.graphql': 'type Query { me: User }\ntype User @key(fields: "id") { id: ID! }' })
  expect((await folder.report(...args)).stages[0]?.findings[0]).toMatchObject({
    code: 'EXTERNAL_MISSING_ON_BASE',
    place: { file: 'b.graphql', line: 3 },
  })
})

test('a base that does not compose is a fault that says what to do', async () => {
  await using folder = await workspace({ 'c.yaml': configOf('a'), 'a.graphql': 'type Query { a: Wrong }' })
  await folder.commit()
  await folder.write({ 'a.graphql': 'type Query { a: Int }' })
  const { text, code } = await folder.check('--config', 'c.yaml', '--base', 'HEAD')
  expect(text).toMatch(/^✗ Base HEAD .*: its subgraphs do not compose: .* Wrong\. Name another with --base, /)
  expect(code).toBe(2)
})
