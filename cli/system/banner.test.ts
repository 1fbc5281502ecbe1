import { expect, test } from 'vitest'
import { run } from '../../platform/process/run.ts'
import { banner, curlCommand } from './banner.ts'
import { PROFILE_QUERY } from './profile-query.ts'

const gatewayUrl = 'http://127.0.0.1:4000/graphql'

test('the command keeps its words when a shell reads it', async () => {
  const { output } = await run('/bin/sh', [
    '-c',
    `set -- ${curlCommand(gatewayUrl, 'alice')}; printf '%s' "$7"`,
  ])
  const body = JSON.parse(output) as { query: string; variables: object }
  expect(body.query).toBe(PROFILE_QUERY.replaceAll(/\s+/g, ' '))
  expect(body.variables).toEqual({ handle: 'alice' })
})

test('tells where everything is, and who can sign in', () => {
  const demo = { handle: 'alice', password: 'secret words', token: 'a.b.c' }
  const text = banner({ gatewayUrl, demo, production: false, tookMs: 4321 })
  for (const part of [
    'after 4.3 s',
    gatewayUrl,
    'http://127.0.0.1:4000/graphiql',
    'secret words',
    'Bearer a.b.c',
  ]) {
    expect(text).toContain(part)
  }
})

test('names no pages in production, and no demo user where there is none', () => {
  const text = banner({ gatewayUrl, demo: null, production: true, tookMs: 1 })
  expect(text).not.toMatch(/Sandbox|GraphiQL|Demo|curl/)
})
