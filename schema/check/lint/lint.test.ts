import { readFile } from 'node:fs/promises'
import { parse, Source } from 'graphql'
import { describe, expect, test } from 'vitest'
import { type LoadedSubgraph } from '../finding.ts'
import { lint } from './lint.ts'
import { type LintOptions } from './options.ts'
import { RULE_NAMES, RULES, type RuleName } from './rules.ts'

const TODAY = '2026-11-30'
const DEFAULTS: LintOptions = { rules: {}, exceptions: [], owners: {} }
const only = (rule: RuleName): LintOptions => ({ ...DEFAULTS, rules: { '*': 'off', [rule]: 'error' } })

function subgraphs(...sdl: string[]): LoadedSubgraph[] {
  return sdl.map((text, i) => {
    const name = 'abc'.charAt(i)
    return { name, url: '', typeDefs: parse(new Source(text, `${name}.graphql`)) }
  })
}

const ERRORS = `interface UserError { code: Int! } type Bad implements UserError { code: Int! } input DoInput { a: Int } type DoSuccess { a: Int }
`
const PAGES = 'type Item { a: Int } type PageInfo { a: Int } type ItemEdge { cursor: String! node: Item }\n'
const PAGE = 'type ItemConnection { edges: [ItemEdge!]! nodes: [Item]! pageInfo: PageInfo! }\n'
const LIST_SIZE =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", {name: "@listSize", as: "@size"}])\n'

/** Of each rule: SDL that violates it, and the coordinates of the findings. Then SDL that does not. */
const CASES: readonly (readonly [RuleName, violating: string[], coordinates: string[], right: string[]])[] = [
  [
    'lint/description',
    ['type A { a(b: Int): Int } input BInput { a: E } enum E { V } "" scalar S'],
    ['A', 'A.a', 'A.a(b:)', 'BInput', 'BInput.a', 'E', 'E.V', 'S'],
    [
      'type A @key(fields: "id") { id: ID! b: Int @external }',
      '"An A." type A { "Its id." id: ID! "Its b." b: Int } scalar _Any',
    ],
  ],
  [
    'lint/naming',
    ['type a_b { FieldOne(Some_arg: Int): Int } input CInput { d_e: Int } enum E { ok }'],
    ['a_b', 'a_b.FieldOne', 'a_b.FieldOne(Some_arg:)', 'CInput.d_e', 'E.ok'],
    [
      'type AB2 { fieldOne(someArg: Int): Int _entities: Int } enum E { OK NOT_OK2 } type link__Import { a: Int }',
    ],
  ],
  [
    'lint/suffix',
    [
      'input New { a: Int } type OldInput { a: Int } type Page { edges: [Row!]! pageInfo: Int } type Row { a: Int } type Mutation { do: Result } union Result = Row',
    ],
    ['New', 'OldInput', 'Page', 'Row', 'Result'],
    [
      `${PAGES}${PAGE} input NewInput { a: Int } type Mutation { do: DoPayload } union DoPayload = Item | InvalidInput type InvalidInput implements UserError { code: Int }`,
    ],
  ],
  [
    'lint/connection',
    [
      `${PAGES} type ItemConnection { edges: ItemEdge pageInfo: PageInfo } type XConnection { edges: [Item!]! nodes: [Item]! pageInfo: PageInfo! }
      type Query { items(first: Int!, after: String): ItemConnection }`,
    ],
    [
      'Item',
      'ItemConnection',
      'ItemConnection.pageInfo',
      'ItemConnection.edges',
      'Query.items',
      'Query.items(first:)',
    ],
    [
      `${PAGES}${PAGE} type Query { items(first: Int, after: String, last: Int, before: String): ItemConnection }`,
    ],
  ],
  [
    'lint/page-size',
    [
      `${PAGES}${PAGE} type Query { items("Page size." first: Int "1 to 100." last: Int): ItemConnection list(limit: Int): [Item] }`,
    ],
    ['Query.items(first:)', 'Query.list(limit:)'],
    [
      `type Item { a: Int } type Query { items("At most 50." limit: Int): [Item] name(first: String): String }`,
    ],
  ],
  [
    'lint/list-size',
    [`${LIST_SIZE}${PAGES}${PAGE} type Query { items: [Item] page: ItemConnection names: [String] }`],
    ['Query.items', 'Query.page'],
    [
      `${PAGES} type Query { items: [Item] }`,
      `${LIST_SIZE} type Item { b: Int } type Query { items2: [Item] @size(assumedSize: 5) }`,
    ],
  ],
  [
    'lint/contributed-field',
    [
      'type User @key(fields: "id") { id: ID! name: String! age: Int! }',
      'type User @key(fields: "id org { id }") { id: ID! org: ID! name: String! @external posts: Int! likes: Int both: Int! @shareable }',
    ],
    ['User.posts'],
    [
      'type User @key(fields: "id") { id: ID! name: String! }',
      'type User @key(fields: "id") { id: ID! posts: Int }',
    ],
  ],
  [
    'lint/foreign-entity',
    [
      'type User @key(fields: "id") { id: ID! name: String! } type Query { all: [User!]! one: User! }',
      'type User @key(fields: "id", resolvable: false) { id: ID! } type Post { author: User! likers: [User!]! readers: [[User!]!] }',
    ],
    ['Post.author', 'Post.likers', 'Post.readers'],
    [
      'type User @key(fields: "id") { id: ID! name: String! }',
      'type User @key(fields: "id") { id: ID! } type Post { author: User likers: [User]! }',
    ],
  ],
  [
    'lint/mutation-input',
    [
      `${ERRORS} type Mutation { a: Int b(input: DoInput): Int c(input: DoInput!, more: Int): Int d(input: Int!): Int }`,
    ],
    ['Mutation.a', 'Mutation.b', 'Mutation.c', 'Mutation.d'],
    [
      `${ERRORS} schema { mutation: Changes } type Changes { do(input: DoInput!): Int } type Mutation { notARoot: Int }`,
    ],
  ],
  [
    'lint/mutation-payload',
    [
      `${ERRORS} type Mutation { a: Int b: NonePayload c: AllPayload d: TwoPayload } union NonePayload = DoSuccess union AllPayload = Bad union TwoPayload = DoSuccess | Other | Bad type Other { a: Int }`,
    ],
    ['Mutation.a', 'Mutation.b', 'Mutation.c', 'Mutation.d'],
    [`${ERRORS} type Mutation { do: DoPayload } union DoPayload = DoSuccess | Bad`],
  ],
  [
    'lint/deprecation',
    [
      'type A { a: Int @deprecated b(c: Int @deprecated(reason: "Use `d`. Removed in 2027-02-30.")): Int } enum E { V @deprecated(reason: "Gone on 2027-01-01.") }',
    ],
    ['A.a', 'A.b(c:)', 'E.V'],
    [
      'type A { a: Int @deprecated(reason: "Use `b`. Removed after 2027-01-31.") b: Int @deprecated(reason: "No replacement. Removed after 2027-01-31.") }',
    ],
  ],
  [
    'lint/overdue-removal',
    ['type A { a: Int @deprecated(reason: "Use `b`. Removed after 2026-11-29.") }'],
    ['A.a'],
    ['type A { a: Int @deprecated(reason: "Use `b`. Removed after 2026-11-30.") b: Int @deprecated }'],
  ],
  [
    'lint/cache-control',
    ['type Mutation @cacheControl(maxAge: 1) { a: Int @cacheControl(maxAge: 1) }'],
    ['Mutation', 'Mutation.a'],
    ['type Query { a: Int @cacheControl(maxAge: 1) } type Mutation { b: Int }'],
  ],
]

test('every rule has a case, and a line in the documentation', async () => {
  expect(CASES.map(([rule]) => rule)).toEqual(expect.arrayContaining(RULE_NAMES))
  const page = await readFile(new URL('../../../docs/schema-checks.md', import.meta.url), 'utf8')
  const rows = page.split('\n').map((line) => line.replaceAll(/\s+/g, ' '))
  for (const name of RULE_NAMES) expect(rows).toContain(`| \`${name}\` | ${RULES[name].about} |`)
})

describe.each(CASES)('%s', (rule, violating, coordinates, right) => {
  test('reports each violation, with its place and what to do', () => {
    const { verdict, findings } = lint(subgraphs(...violating), only(rule), TODAY)
    expect(new Set(findings.map(({ coordinate }) => coordinate))).toEqual(new Set(coordinates))
    expect(findings).toHaveLength(coordinates.length)
    for (const finding of findings) {
      expect(finding).toMatchObject({
        code: rule,
        severity: 'error',
        place: { file: expect.stringMatching(/^[ab]\.graphql$/) },
      })
      expect(finding.message).toContain((finding.coordinate ?? '').split('(')[0])
      expect(finding.remedy).toMatch(/\S/)
    }
    expect(verdict).toBe('failed')
  })

  test('accepts what follows the convention', () => {
    expect(lint(subgraphs(...right), only(rule), TODAY)).toMatchObject({ verdict: 'passed', findings: [] })
  })
})

const BARE = '\n  type A { a: Int }'
const exception = {
  rule: 'lint/description',
  coordinate: 'A.a',
  until: TODAY,
  reason: 'Work on it has begun.',
} as const

test('a finding has the place of the definition, in the order of the file', () => {
  const { findings, summary } = lint(subgraphs(BARE), DEFAULTS, TODAY)
  expect(findings.map(({ place }) => place)).toEqual([
    { file: 'a.graphql', line: 2, column: 3 },
    { file: 'a.graphql', line: 2, column: 12 },
  ])
  expect(summary).toBe('2 errors, 0 warnings; 0 violations allowed by exceptions.')
})

test('a rule can be a warning, or off; * is the level of all others', () => {
  const warn = lint(subgraphs(BARE), { ...DEFAULTS, rules: { '*': 'warn' } }, TODAY)
  expect(warn).toMatchObject({
    verdict: 'passed',
    findings: [{ severity: 'warning' }, { severity: 'warning' }],
  })
  const off = lint(
    subgraphs(BARE),
    { ...DEFAULTS, rules: { '*': 'error', 'lint/description': 'off' } },
    TODAY,
  )
  expect(off.findings).toEqual([])
})

test('an exception allows its violation until its date, and is counted', () => {
  const { findings, summary } = lint(subgraphs(BARE), { ...DEFAULTS, exceptions: [exception] }, TODAY)
  expect(findings.map(({ coordinate }) => coordinate)).toEqual(['A'])
  expect(summary).toBe('1 error, 0 warnings; 1 violation allowed by exceptions.')
})

test('an expired exception allows nothing; it is a finding, and so is one that was not needed', () => {
  const old = { ...exception, until: '2026-11-29' }
  const needless = { ...exception, coordinate: 'A.gone' }
  const { findings } = lint(subgraphs(BARE), { ...DEFAULTS, exceptions: [old, needless] }, TODAY)
  expect(findings.map(({ code, coordinate }) => `${code} ${coordinate}`)).toEqual([
    'lint/description A',
    'lint/description A.a',
    'lint/exception-expired A.a',
    'lint/exception-unused A.gone',
  ])
})

test('directives of federation count by their full name, too', () => {
  const users = 'type User @federation__key(fields: "id") { id: ID! name: String! }'
  const posts =
    'type User @federation__key(fields: "id") { id: ID! name: String! @federation__external posts: Int! }'
  const { findings } = lint(subgraphs(users, posts), only('lint/contributed-field'), TODAY)
  expect(findings.map(({ coordinate }) => coordinate)).toEqual(['User.posts'])
})

test('the owner of an entity may be stated', () => {
  const two = subgraphs(
    'type T @key(fields: "id") { id: ID! a: Int! }',
    'type T @key(fields: "id") { id: ID! b: Int! c: Int! }',
  )
  const found = (owners: Record<string, string>) =>
    lint(two, { ...only('lint/contributed-field'), owners }, TODAY).findings.map(
      ({ coordinate }) => coordinate,
    )
  expect(found({})).toEqual(['T.a'])
  expect(found({ T: 'a' })).toEqual(['T.b', 'T.c'])
})
