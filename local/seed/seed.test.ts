import { expect, test } from 'vitest'
import { EXPLORER_TABS } from '../../gateway/http/default-query.ts'
import { DEMO_PASSWORD } from './seed.ts'

test('GraphiQL contains the password of the demo users', () => {
  const variables = EXPLORER_TABS.map((tab) => tab.variables)
  expect(variables).toContainEqual({ input: { handle: 'alice', password: DEMO_PASSWORD } })
})
