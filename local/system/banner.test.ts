import { expect, test } from 'vitest'
import { DEFAULT_QUERY } from '../../gateway/http/default-query.ts'
import { run } from '../processes/run.ts'
import { banner, curlCommand } from './banner.ts'

const gatewayUrl = 'http://127.0.0.1:4000/graphql'

test('the command keeps its words when a shell reads it', async () => {
  const { output } = await run('/bin/sh', [
    '-c',
    `set -- ${curlCommand(gatewayUrl, 'alice')}; printf '%s' "$7"`,
  ])
  const body = JSON.parse(output) as { query: string; variables: object }
  expect(body.query).toBe(DEFAULT_QUERY.replaceAll(/\s+/g, ' '))
  expect(body.variables).toEqual({ handle: 'alice' })
})

test('tells where everything is, and who can sign in', () => {
  const demo = { handle: 'alice', password: 'secret words', token: 'a.b.c' }
  const text = banner({ gatewayUrl, demo, tokenTtlS: 28_800, production: false, tookMs: 4321 })
  for (const part of [
    'after 4.3 s',
    gatewayUrl,
    'http://127.0.0.1:4000/graphiql',
    'secret words',
    'Bearer a.b.c',
    'token, good for 8 h,',
  ]) {
    expect(text).toContain(part)
  }
})

test('names no pages in production, and no demo user where there is none', () => {
  const text = banner({ gatewayUrl, demo: null, tokenTtlS: 900, production: true, tookMs: 1 })
  expect(text).not.toMatch(/Sandbox|GraphiQL|Demo|curl/)
})
