import { buildSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import type { Change } from '../changes/change.ts'
import { judgeUsage, type Uses } from './judge-usage.ts'
import type { UsageExport } from './usage-export.ts'

const BIO: Change = {
  code: 'FIELD_REMOVED',
  level: 'breaking',
  message: 'Field `bio` was removed',
  coordinate: 'User.bio',
  subgraph: 'users',
  place: { file: 'users.graphql', line: 3, column: 1 },
  remedy: 'Deprecate it.',
  effect: { coordinates: ['User.bio'], breaks: 'all' },
}

const web = { name: 'web', version: '3.2.0', count: 1_200, lastUsed: '2026-10-31T09:00:00.000Z' }
const old = { name: null, version: null, count: 5, lastUsed: '2026-09-01T00:00:00.000Z' }

function recording(from: string, document: string, ...clients: UsageExport['operations'][number]['clients']) {
  const coordinates = document.includes('bio') ? ['Query.user', 'User.bio'] : ['Query.user', 'User.id']
  const operations = [{ signature: 's', name: 'Profile', document, coordinates, clients }]
  return { version: 1, from, to: '2026-11-01T00:00:00.000Z', operations } as const
}

function judge(some: Partial<Uses>) {
  const base = buildSchema('type Query { user: User } type User { id: ID bio: String }')
  const head = buildSchema('type Query { user: User } type User { id: ID }')
  const uses = {
    trusted: [],
    recorded: null,
    base,
    head,
    exceptions: [],
    windowDays: 30,
    today: '2026-11-01',
    ...some,
  }
  const { verdict, findings } = judgeUsage([BIO], uses)
  return { verdict, severity: findings[0]?.severity, text: findings[0]?.message, findings }
}

test('a change that a recording of the whole window does not show is safe, with the evidence', () => {
  const recorded = recording('2026-10-02T00:00:00.000Z', '{ user { id } }', web, { ...web, count: 1_199_000 })
  const { verdict, findings } = judge({ recorded })
  expect(verdict).toBe('passed')
  expect(findings[0]?.severity).toBe('info')
  expect(findings[0]?.evidence).toEqual([
    'last used: never; window: 30 days to 2026-11-01; 1,200,200 requests of 1 operation',
  ])
})

test('a use before the window does not count, and is named', () => {
  const recorded = recording('2026-08-01T00:00:00.000Z', '{ user { bio } }', old)
  const { verdict, findings } = judge({ recorded })
  expect(verdict).toBe('passed')
  expect(findings[0]?.evidence?.[0]).toMatch(/^last used: 2026-09-01T00:00:00\.000Z; window: 30 days/)
})

test.each(['2026-10-02T00:00:00.000Z', '2026-10-30T00:00:00.000Z'])(
  'a use is named with its clients, how often and when, in a recording from %s',
  (from) => {
    const { verdict, findings } = judge({ recorded: recording(from, '{ user { bio } }', old, web) })
    expect(verdict).toBe('failed')
    expect(findings[0]?.message).toBe('Field `bio` was removed. One operation uses it.')
    expect(findings[0]?.evidence?.[0]).toBe(
      'Profile: web 3.2.0, 1,200 requests, last 2026-10-31T09:00:00.000Z: Cannot query field "bio" on type "User".',
    )
    expect(findings[0]?.evidence).toHaveLength(2)
  },
)

test('if the recording begins after a gap, the reason of the gap is named', () => {
  const from = '2026-10-20T00:00:00.000Z'
  const gap = { from: '2026-10-19T00:00:00.000Z', to: from, reason: '13 requests could not be recorded.' }
  const recorded = { ...recording(from, '{ user { id } }', web), gaps: [gap] }
  expect(judge({ recorded })).toMatchObject({
    verdict: 'failed',
    text: 'Field `bio` was removed. Its use is unknown: the recording does not cover the window. It begins after a gap: 13 requests could not be recorded.',
  })
})

test.each([
  ['there is no recording', null, /there is no recording/],
  [
    'it is a second too short',
    recording('2026-10-02T00:00:01.000Z', '{ user { id } }', web),
    /does not cover the window/,
  ],
])('the use is unknown, and the stage fails and says how to record: %s', (_, recorded, text) => {
  const { verdict, severity, findings } = judge({ recorded })
  expect({ verdict, severity }).toEqual({ verdict: 'failed', severity: 'error' })
  expect(findings[0]?.message).toMatch(text)
  expect(findings[0]?.remedy).toMatch(/npm run schema:usage -- export/)
})

test('a recording that ended more than a week ago shows nothing', () => {
  const recorded = recording('2026-10-02T00:00:00.000Z', '{ user { id } }', web)
  expect(judge({ recorded, today: '2026-11-08' }).verdict).toBe('passed')
  const { verdict, text } = judge({ recorded, today: '2026-11-09' })
  expect({ verdict, text }).toEqual({
    verdict: 'failed',
    text: 'Field `bio` was removed. Its use is unknown: the recording ended more than 7 days ago.',
  })
})

test('of many uses, the most frequent are named, and the rest is counted', () => {
  const clients = Array.from({ length: 30 }, (_, i) => ({ ...web, version: String(i), count: i + 1 }))
  const { findings } = judge({
    recorded: recording('2026-10-02T00:00:00.000Z', '{ user { bio } }', ...clients),
  })
  expect(findings[0]?.evidence?.[0]).toMatch(/^Profile: web 29, 30 requests/)
  expect(findings[0]?.evidence?.[20]).toBe('and 10 other uses')
  expect(findings[0]?.evidence).toHaveLength(22)
})

test('a trusted operation is named with its file, line and owner, without a recording', () => {
  const document = parse('query Profile { user { bio } }')
  const { verdict, findings } = judge({
    trusted: [{ name: 'Profile', file: 'ops/profile.graphql', line: 4, owner: '@web', document }],
  })
  expect(verdict).toBe('failed')
  expect(findings[0]?.evidence).toEqual([
    'Profile (ops/profile.graphql:4, owner @web): Cannot query field "bio" on type "User".',
  ])
})

test('an operation that becomes invalid without a known change fails the stage', () => {
  const document = parse('query Profile { user { bio } }')
  const trusted = [{ name: 'Profile', file: 'p.graphql', line: 1, owner: null, document }]
  const base = buildSchema('type Query { user: User } type User { id: ID bio: String }')
  const head = buildSchema('type Query { user: User } type User { id: ID }')
  const other = { ...BIO, effect: { coordinates: ['User.id'], breaks: 'all' as const } }
  const recorded = recording('2026-10-01T00:00:00.000Z', '{ user { __typename } }')
  const { verdict, findings } = judgeUsage([other], {
    trusted,
    recorded,
    base,
    head,
    exceptions: [],
    windowDays: 30,
    today: '2026-11-01',
  })
  expect(verdict).toBe('failed')
  expect(findings.map(({ code }) => code)).toEqual(['FIELD_REMOVED', 'OPERATION_INVALID'])
})

test('without a breaking change, no operation is read', () => {
  const base = buildSchema('type Query { a: Int }')
  const uses = { trusted: [], recorded: null, exceptions: [], windowDays: 30, today: '2026-11-01' }
  expect(judgeUsage([], { ...uses, base, head: base })).toMatchObject({ verdict: 'passed', findings: [] })
})

test('an operation that a safe change makes invalid fails, be it trusted or recorded', () => {
  const sdl = (bio: string) =>
    `type Query { any: Any } union Any = A | B type A { bio: String } type B { bio: ${bio} }`
  const [base, head] = [buildSchema(sdl('String')), buildSchema(sdl('String!'))]
  const text = 'query Bios { any { ... on A { bio } ... on B { bio } } }'
  const bios = { name: 'Bios', file: 'a.graphql', line: 1, document: parse(text), owner: null }
  const recorded = recording('2026-10-02T00:00:00.000Z', text, web)
  const aliased = text.replace('B { bio', 'B { other: bio')
  const judged = [
    { trusted: [bios], recorded: null },
    { trusted: [], recorded },
    { trusted: [{ ...bios, document: parse(aliased) }], recorded: null },
  ].map((some) =>
    judgeUsage([], { base, head, exceptions: [], windowDays: 30, today: '2026-11-01', ...some }),
  )
  expect(judged.map(({ verdict }) => verdict)).toEqual(['failed', 'failed', 'passed'])
  expect(judged[0]?.findings).toMatchObject([
    {
      code: 'OPERATION_INVALID',
      place: { file: 'a.graphql' },
      evidence: [expect.stringContaining('"bio" conflict')],
    },
  ])
  expect(judged[1]?.findings[0]?.evidence).toEqual([
    expect.stringContaining('"bio" conflict'),
    'web 3.2.0, 1,200 requests, last 2026-10-31T09:00:00.000Z',
  ])
  expect(judged[0]?.summary).toBe('No breaking change. Operations that are not valid for another reason: 1.')
})
