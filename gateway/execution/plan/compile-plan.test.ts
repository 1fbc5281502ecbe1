import type { FetchNode } from '@apollo/query-planner'
import { expect, test } from 'vitest'
import { createTypeIndex } from '../type-index.ts'
import { compilePlan } from './compile-plan.ts'

const fetch: FetchNode = {
  kind: 'Fetch',
  serviceName: 's',
  operation: '{ a }',
  operationName: undefined,
  operationKind: 'query' as FetchNode['operationKind'],
}
const compile = (node: NonNullable<Parameters<typeof compilePlan>[0]['node']>) => () =>
  compilePlan({ kind: 'QueryPlan', node }, { types: createTypeIndex({}), cacheabilityOf: () => null })

test('unsupported parts of a plan are rejected, not ignored', () => {
  const rewrite = { kind: 'KeyRenamer' as const, path: ['..', 'name'], renameKeyTo: 'contextualArgument_1_0' }
  expect(compile({ ...fetch, contextRewrites: [rewrite] })).toThrow('@fromContext is not supported yet.')
  expect(compile({ kind: 'Defer', primary: {}, deferred: [] })).toThrow('@defer is not supported yet.')
  expect(compile({ kind: 'Subscription', primary: fetch })).toThrow('Subscriptions are not supported yet.')
  expect(compile({ kind: 'Condition', condition: 'a', ifClause: fetch })).toThrow('conditions')
})
