import { expect, test } from 'vitest'
import { readSettings } from './settings.ts'

test('the variables of every process are checked, and all errors are reported at once', () => {
  const faulty = {
    ACCESS_TOKEN_TTL_S: '1',
    JWKS_URL: 'ftp://x',
    DATABASE_POOL_SIZE: '0',
    SEED_USERS: '3',
    INTERNAL_SECRET: 'short',
    DATABASE_URL_USERS: 'mysql://db',
  }
  let lines: string[] = []
  try {
    readSettings(faulty)
  } catch (error) {
    lines = String(error).split('\n')
  }
  for (const name of Object.keys(faulty))
    expect(lines.filter((line) => line.includes(`${name}=`))).toHaveLength(1)
  expect(lines.join('\n')).toContain('SEED_USERS="3": expected 0, or at least 5.')
  expect(lines.at(-1)).toMatch(/^DATABASE_URL_POSTS and DATABASE_URL_FOLLOWERS are missing/)
})

test('variables that the supervisor sets itself are ignored', () => {
  expect(() => readSettings({ SUBGRAPH_URL_USERS: 'nonsense' })).not.toThrow()
})

test('access tokens are valid for 8 hours, except in production or with a configured lifetime', () => {
  const life = (env: Record<string, string>) => {
    const settings = readSettings(env)
    expect(settings.env['ACCESS_TOKEN_TTL_S']).toBe(String(settings.accessTokenTtlS))
    return settings.accessTokenTtlS
  }
  expect(life({})).toBe(28_800)
  expect(life({ NODE_ENV: 'production' })).toBe(900)
  expect(life({ ACCESS_TOKEN_TTL_S: '60' })).toBe(60)
  expect(life({ NODE_ENV: 'production', ACCESS_TOKEN_TTL_S: '60' })).toBe(60)
})
