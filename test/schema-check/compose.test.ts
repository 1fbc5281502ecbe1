import { executeSync, parse, buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { root } from '../../platform/root.ts'
import { ERRORS } from '@apollo/federation-internals'
import { HINTS } from '@apollo/composition/dist/hints.js'
import { REMEDIES } from '../../schema/check/compose/remedies.ts'
import { httpServer } from './support/graphql-server.ts'
import { configOf, sdl, workspace } from './support/workspace.ts'

const API = 'type Query { a: Int }\n'

test('an error of composition has its place, a caret below it, and what to do', async () => {
  await using folder = await workspace({
    'c.yaml': configOf('users', 'posts'),
    'api.graphql': API,
    'users.graphql': sdl(
      'type Query { a: Int }\n\n"A user."\ntype User @key(fields: "id") {\n  id: ID!\n  name: String @shareable\n}',
    ),
    'posts.graphql': sdl('type User @key(fields: "id") {\n  id: ID!\n\tname: Int @shareable\n}'),
  })
  const { code, text } = await folder.check('--config', 'c.yaml', '--base', 'api.graphql')
  expect(text).toContain(`✗ compose  The subgraphs do not compose.

  error FIELD_TYPE_MISMATCH at posts.graphql:4:2, subgraph "posts"
  Type of field "User.name" is incompatible across subgraphs: it has type "Int" in subgraph "posts" but type "String" in subgraph "users"
  4 | \tname: Int @shareable
    | \t^
    also in subgraph "users", users.graphql:7:3
  → Give the field one type in all subgraphs.`)
  expect(code).toBe(1)
})

test.for([
  [
    'a type that no subgraph defines',
    'type Query { a: Int }',
    'type User { id: Idd! }',
    'INVALID_GRAPHQL',
    'b.graphql:2:17',
    'b',
  ],
  [
    'a key that names no field',
    'type Query { a: Int }',
    'type User @key(fields: "x") { id: ID! }',
    'KEY_INVALID_FIELDS',
    'b.graphql:2:11',
    'b',
  ],
  [
    'a field that cannot be reached: the place is its definition',
    'type Query { user: User }\ntype User @key(fields: "id", resolvable: false) { id: ID! }',
    'type User @key(fields: "id", resolvable: false) { id: ID!\n  bio: String }',
    'SATISFIABILITY_ERROR',
    'b.graphql:3:3',
    'b',
  ],
  [
    'a field that is defined twice',
    'type Query { a: Int }',
    'type B { a: Int\n  a: Int }',
    'INVALID_GRAPHQL',
    'b.graphql:2:10',
    'b',
  ],
  [
    'a type that is defined twice in one subgraph',
    'type Query { a: Int }\ntype B @shareable { a: Int }',
    'type B @shareable { a: Int }\ntype B @shareable { a: Int }',
    'INVALID_GRAPHQL',
    'b.graphql:2:6',
    'b',
  ],
  ['no query at all', 'type A { a: Int }', 'type B { b: Int }', 'NO_QUERIES', null, null],
] as const)('%s', async ([, a, b, code, place, subgraph]) => {
  await using folder = await workspace({
    'c.yaml': configOf('a', 'b'),
    'a.graphql': sdl(a),
    'b.graphql': sdl(b),
    'api.graphql': API,
  })
  const report = await folder.report('--config', 'c.yaml', '--base', 'api.graphql')
  const findings = report.stages.find(({ stage }) => stage === 'compose')?.findings ?? []
  const found = findings.map((finding) => ({
    code: finding.code,
    place: finding.place && `${finding.place.file}:${finding.place.line}:${finding.place.column}`,
    subgraph: finding.subgraph,
    remedy: finding.remedy,
  }))
  expect(found).toEqual([{ code, place, subgraph, remedy: REMEDIES[code] }])
  expect(report.code).toBe(1)
})

test('a hint is a warning, and the check passes', async () => {
  await using folder = await workspace({
    'c.yaml': configOf('a', 'b'),
    'a.graphql': sdl('type Query { a: T }\n"One."\ntype T @shareable { x: Int }'),
    'b.graphql': sdl('"Another."\ntype T @shareable { x: Int }'),
    'api.graphql': 'type Query { a: T }\ntype T { x: Int }',
  })
  const { code, stages } = await folder.report('--config', 'c.yaml', '--base', 'api.graphql')
  expect(stages[0]?.findings).toMatchObject([
    {
      code: 'INCONSISTENT_DESCRIPTION',
      severity: 'warning',
      coordinate: 'T',
      place: { file: 'a.graphql', line: 4, column: 6 },
    },
  ])
  expect(code).toBe(0)
})

test('a subgraph is introspected over HTTP, with the headers of the config', async () => {
  const service = buildSchema('type Query { _service: S! }\ntype S { sdl: String! }')
  await using server = await httpServer((response, body, headers) => {
    if (headers['authorization'] !== 'Bearer abc') {
      response.writeHead(401).end()
      return
    }
    const { query } = JSON.parse(body) as { query: string }
    const rootValue = { _service: { sdl: sdl('type Query { a: Wrong }') } }
    const result = executeSync({ schema: service, document: parse(query), rootValue })
    response.setHeader('content-type', 'application/json').end(JSON.stringify(result))
  })
  const config = `subgraphs:
  users:
    schema:
      subgraph_url: ${server.url}
      introspection_headers:
        Authorization: Bearer \${env.TOKEN}
`
  await using folder = await workspace({ 'c.yaml': config, 'api.graphql': API }, { TOKEN: 'abc' })
  const { stages } = await folder.report('--config', 'c.yaml', '--base', 'api.graphql')
  expect(stages[0]?.findings).toMatchObject([
    { code: 'INVALID_GRAPHQL', subgraph: 'users', place: { file: server.url, line: 2, column: 17 } },
  ])
})

test('this repository passes against its own supergraph', async () => {
  await using folder = await workspace()
  const { code, text } = await folder.check('--base', `${root}/schema/supergraph.graphql`)
  expect(text).toContain('✓ compose  4 subgraphs compose.')
  expect(code).toBe(0)
})

test('each code with a remedy exists', () => {
  const known = new Set([...Object.values(ERRORS), ...Object.values(HINTS)].map(({ code }) => code))
  expect(Object.keys(REMEDIES).filter((code) => !known.has(code))).toEqual([])
})
