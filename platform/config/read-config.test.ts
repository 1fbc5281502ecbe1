import { describe, expect, test } from 'vitest'
import { ConfigError, inheritedEnv, readConfig, type Env } from './read-config.ts'
import type { VariableName } from './variables.ts'

/** The message of the error for an invalid environment. */
function refusal(names: readonly VariableName[], env: Env): string {
  try {
    readConfig(names, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return 'accepted'
}

describe('readConfig', () => {
  test('reads, converts and defaults only the requested variables', () => {
    const config = readConfig(['PORT', 'HOST', 'REDIS_URL'], { PORT: '5000', LOG_LEVEL: 'debug' })
    expect(config).toEqual({ PORT: 5000, HOST: '127.0.0.1' })
  })

  test('returns a frozen object', () => {
    expect(Object.isFrozen(readConfig(['PORT'], {}))).toBe(true)
  })

  test('treats an empty value as unset', () => {
    expect(readConfig(['PORT', 'JWKS_URL'], { PORT: '', JWKS_URL: '' })).toEqual({ PORT: 4000 })
  })

  test('ignores variables that are not requested', () => {
    expect(() => readConfig(['HOST'], { PORT: 'nonsense' })).not.toThrow()
  })

  test('lists all errors at once, one per line, with the name, the value and what was expected', () => {
    const lines = refusal(['PORT', 'LOG_LEVEL', 'INTERNAL_SECRET', 'DATABASE_URL_USERS', 'HOST'], {
      PORT: '70000',
      LOG_LEVEL: 'loud',
      DATABASE_URL_USERS: 'mysql://db',
    }).split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatch(/^PORT="70000": .*65535.*Port of this server/)
    expect(lines[1]).toMatch(/^LOG_LEVEL="loud": .*"info".*Least severe level/)
    expect(lines[2]).toMatch(/^INTERNAL_SECRET is missing\. .*At least 32 characters/)
    expect(lines[3]).toMatch(/^DATABASE_URL_USERS="mysql:\/\/db": expected a URL starting with postgres:\/\//)
  })

  test.for(['4000.5', '-1', 'four', '1e9', ' '])('rejects PORT=%j', (PORT) => {
    expect(refusal(['PORT'], { PORT })).toContain(`PORT=${JSON.stringify(PORT)}`)
  })

  test('never prints a secret', () => {
    const message = refusal(['INTERNAL_SECRET'], { INTERNAL_SECRET: 'too-short' })
    expect(message).toContain('INTERNAL_SECRET=(hidden)')
    expect(message).not.toContain('too-short')
  })

  test.each(['postgres://u:pa/ss@h/db', 'postgres://u:p@s:s@h:x/db', 'mysql://h/db?password=pass'])(
    'never prints a password, wherever it is: %s',
    (url) => {
      const read = () => readConfig(['DATABASE_URL_USERS'], { DATABASE_URL_USERS: url })
      expect(read).toThrow('DATABASE_URL_USERS')
      expect(read).not.toThrow(/pa\/ss|p@s|s:s|pass\b(?!word)/)
    },
  )

  test('never prints the password of a URL', () => {
    const message = refusal(['DATABASE_URL_POSTS'], { DATABASE_URL_POSTS: 'http://me:hunter2@db/posts' })
    expect(message).toContain('DATABASE_URL_POSTS="http://me:***@db/posts"')
    expect(message).not.toContain('hunter2')
  })

  test('reads the environment of the process by default', () => {
    expect(readConfig(['HOST'])).toEqual(readConfig(['HOST'], inheritedEnv()))
  })
})
