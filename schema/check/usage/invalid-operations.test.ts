import { buildSchema, parse, Source } from 'graphql'
import { expect, test } from 'vitest'
import type { ChangeException } from '../changes/options.ts'
import { judgeUsage, type Uses } from './judge-usage.ts'

const SCHEMA = buildSchema('type Query { user: User } type User { id: ID }')
const EXCEPTION: ChangeException = {
  change: 'OPERATION_INVALID',
  coordinate: 'Profile',
  until: '2026-11-30',
  reason: 'Version 1 is shut down.',
}
const BIO: ChangeException = { ...EXCEPTION, change: 'FIELD_REMOVED', coordinate: 'User.bio' }

function judge(text: string, some: Partial<Uses> = {}) {
  const document = parse(new Source(text, 'web.graphql'))
  const trusted = [{ name: 'Profile', file: 'web.graphql', line: 1, document, owner: null }]
  const uses: Uses = {
    trusted,
    recorded: null,
    base: SCHEMA,
    head: SCHEMA,
    exceptions: [],
    windowDays: 30,
    today: '2026-11-30',
    ...some,
  }
  const { verdict, findings, summary } = judgeUsage([], uses)
  return { verdict, findings, summary, codes: findings.map(({ severity, code }) => `${severity} ${code}`) }
}

const GONE = 'query Profile {\n  user { id bio }\n}'

test('a trusted operation that was not valid before either fails, with the place and the error of validation', () => {
  const { verdict, findings, summary } = judge(GONE)
  expect(verdict).toBe('failed')
  expect(summary).toBe('No breaking change. Operations that are not valid for another reason: 1.')
  expect(findings).toEqual([
    {
      code: 'OPERATION_INVALID',
      severity: 'error',
      message:
        'The operation Profile is valid neither in the base nor in the head: Cannot query field "bio" on type "User".',
      coordinate: 'Profile',
      place: { file: 'web.graphql', line: 2, column: 13 },
      subgraph: null,
      remedy: 'Correct the operation, or remove it if no client sends it any more.',
      evidence: [],
    },
  ])
})

test('a subscription without a subscription root is not valid', () => {
  const { findings } = judge('\nsubscription Profile { user { id } }')
  expect(findings[0]?.message).toMatch(/: Schema is not configured to execute subscription operation\.$/)
  expect(findings[0]?.place).toEqual({ file: 'web.graphql', line: 2, column: 1 })
})

test('an operation that the head makes valid passes', () => {
  const head = buildSchema('type Query { user: User } type User { id: ID bio: String }')
  expect(judge(GONE, { head })).toMatchObject({ verdict: 'passed', findings: [] })
})

test.each([
  ['the operation', EXCEPTION],
  ['the removal that made it invalid', BIO],
])('an exception of %s allows it', (_, exception) => {
  const { verdict, codes, findings } = judge(GONE, { exceptions: [exception] })
  expect({ verdict, codes }).toEqual({ verdict: 'passed', codes: ['warning OPERATION_INVALID'] })
  expect(findings[0]?.message).toMatch(/An exception allows it until 2026-11-30: Version 1 is shut down\.$/)
})

test.each([
  ['another operation', { ...EXCEPTION, coordinate: 'Other' }],
  ['a field of another type', { ...BIO, coordinate: 'Post.bio' }],
  ['another field', { ...BIO, coordinate: 'User.id' }],
])('an exception of %s does not', (_, exception) => {
  const { verdict, codes } = judge(GONE, { exceptions: [exception] })
  expect({ verdict, codes }).toEqual({
    verdict: 'failed',
    codes: ['error OPERATION_INVALID', 'warning changes/exception-unused'],
  })
})

test('every error of an operation must be allowed', () => {
  const text = 'query Profile { user { id bio mail } }'
  expect(judge(text, { exceptions: [BIO] }).verdict).toBe('failed')
  const mail = { ...BIO, coordinate: 'User.mail' }
  expect(judge(text, { exceptions: [BIO, mail] }).codes).toEqual(['warning OPERATION_INVALID'])
})

test('an exception that has expired allows nothing', () => {
  const exceptions = [{ ...EXCEPTION, until: '2026-11-29' }]
  expect(judge(GONE, { exceptions }).codes).toEqual([
    'error OPERATION_INVALID',
    'error changes/exception-expired',
  ])
})

test('a conflict that a safe change causes is allowed by an exception of the change, or of the operation', () => {
  const types = (name: string) =>
    buildSchema(
      `type Query { all: [Node] } union Node = A | B type A { name: ${name} } type B { name: String }`,
    )
  const text = 'query Profile { all { ... on A { name } ... on B { name } } }'
  const schemas = { base: types('String'), head: types('String!') }
  expect(judge(text, schemas).codes).toEqual(['error OPERATION_INVALID'])
  for (const exception of [EXCEPTION, { ...BIO, change: 'FIELD_TYPE_CHANGED', coordinate: 'A.name' }])
    expect(judge(text, { ...schemas, exceptions: [exception] }).codes).toEqual(['warning OPERATION_INVALID'])
})
