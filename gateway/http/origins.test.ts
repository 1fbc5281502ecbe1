import { describe, expect, test } from 'vitest'
import { allowedOrigins } from './origins.ts'

const development = allowedOrigins({ origins: ['https://app.example'], loopback: true })
const production = allowedOrigins({ origins: ['https://app.example'], loopback: false })

describe('pages of this machine are allowed in development only', () => {
  test.each([
    'http://localhost:5173',
    'http://localhost',
    'https://localhost:3000',
    'http://127.0.0.1:8080',
    'http://127.9.9.9:1',
    'http://[::1]:4200',
    'http://app.localhost:3000',
  ])('%s', (origin) => {
    expect([development.allows(origin), development.trusts(origin)]).toEqual([true, true])
    expect([production.allows(origin), production.trusts(origin)]).toEqual([false, false])
  })
})

describe('origins that only resemble this machine are not allowed', () => {
  test.each([
    'http://localhost.evil.example',
    'http://evil-localhost',
    'http://notlocalhost:3000',
    'http://localhost:3000.evil.example',
    'http://localhost@evil.example',
    'http://127.0.0.1.evil.example',
    'http://127.0.0.1.nip.io',
    'http://evil.example/http://localhost',
    'ftp://localhost',
    'http://localhost:3000/',
    'http://localhost\n',
    'http://[::2]',
    'http://0.0.0.0:3000',
    'http://192.168.0.7:3000',
    'file://localhost',
    'null',
    '',
  ])('%j', (origin) => {
    expect(development.allows(origin)).toBe(false)
  })
})

test('with *, every page can read responses, but only listed pages are trusted', () => {
  const open = allowedOrigins({ origins: ['*', 'https://app.example'], loopback: false })
  expect([open.allows('https://any.example'), open.trusts('https://any.example')]).toEqual([true, false])
  expect([open.allows('null'), open.trusts('null')]).toEqual([true, false])
  expect([open.trusts('https://app.example'), open.trusts('*')]).toEqual([true, false])
  expect(open.allows(undefined)).toBe(false)
})
