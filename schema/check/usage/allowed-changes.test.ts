import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import type { Change } from '../changes/change.ts'
import type { ChangeException } from '../changes/options.ts'
import { judgeUsage } from './judge-usage.ts'

const BIO: Change = {
  code: 'FIELD_REMOVED',
  level: 'breaking',
  message: 'Field `bio` was removed',
  coordinate: 'User.bio',
  subgraph: 'users',
  place: null,
  remedy: 'Deprecate it.',
  effect: { coordinates: ['User.bio'], breaks: 'all' },
}
const EXCEPTION: ChangeException = {
  change: 'FIELD_REMOVED',
  coordinate: 'User.bio',
  until: '2026-11-30',
  reason: 'The app of 2024 is shut down.',
}

function judge(exceptions: readonly ChangeException[], breaking: readonly Change[] = [BIO]) {
  const base = buildSchema('type Query { user: User } type User { id: ID bio: String }')
  const head = buildSchema('type Query { user: User } type User { id: ID }')
  const uses = { trusted: [], recorded: null, base, head, windowDays: 30, today: '2026-11-30' }
  const { verdict, summary, findings } = judgeUsage(breaking, { ...uses, exceptions })
  return {
    verdict,
    summary,
    findings: findings.map(({ severity, code }) => `${severity} ${code}`),
    texts: findings,
  }
}

test('an exception allows its change until its date, is counted, and is shown with its reason', () => {
  const { verdict, summary, findings, texts } = judge([EXCEPTION])
  expect(verdict).toBe('passed')
  expect(summary).toBe('1 breaking change: 0 in use, 0 of unknown use, 0 unused, 1 allowed by exceptions.')
  expect(findings).toEqual(['warning FIELD_REMOVED'])
  expect(texts[0]?.message).toMatch(
    / An exception allows it until 2026-11-30: The app of 2024 is shut down\.$/,
  )
})

test.each([
  ['another coordinate', { coordinate: 'User.id' }],
  ['another change', { change: 'FIELD_TYPE_CHANGED' }],
])('an exception of %s allows nothing, and is named', (_, other) => {
  const { verdict, findings } = judge([{ ...EXCEPTION, ...other }])
  expect(verdict).toBe('failed')
  expect(findings).toEqual(['error FIELD_REMOVED', 'warning changes/exception-unused'])
})

test('an expired exception allows nothing, and is an error', () => {
  const { verdict, findings } = judge([{ ...EXCEPTION, until: '2026-11-29' }])
  expect(verdict).toBe('failed')
  expect(findings).toEqual(['error FIELD_REMOVED', 'error changes/exception-expired'])
})

test('after the merge, an exception is a warning until it expires, and then an error', () => {
  expect(judge([EXCEPTION], [])).toMatchObject({
    verdict: 'passed',
    findings: ['warning changes/exception-unused'],
  })
  expect(judge([{ ...EXCEPTION, until: '2026-11-29' }], [])).toMatchObject({
    verdict: 'failed',
    findings: ['error changes/exception-unused'],
  })
})

test('the exception of a removed subgraph names the subgraph', () => {
  const removed: Change = { ...BIO, code: 'SUBGRAPH_REMOVED', coordinate: null }
  const exception = { ...EXCEPTION, change: 'SUBGRAPH_REMOVED', coordinate: 'users' }
  expect(judge([exception], [removed])).toMatchObject({ verdict: 'passed' })
})
