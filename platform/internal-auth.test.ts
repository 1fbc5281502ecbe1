import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  internalVerifier,
  LIFE_MS,
  MAX_AGE_MS,
  signInternal,
  verifyInternal,
  type Viewer,
} from './internal-auth.ts'

const SECRET = 'a secret of at least 32 characters'
const NOW = 1_800_000_000_000
const ALICE: Viewer = { id: '01890a5d-ac96-774b-bcce-b302099a8057', session: 's1' }

const refused = (reason: string) => ({ ok: false, reason })

/** A header with these claims and a valid signature. */
function signed(claims: unknown): string {
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `v1.${body}.${createHmac('sha256', SECRET).update(body).digest('base64url')}`
}

describe('a signed internal request', () => {
  test('is accepted by its audience, with its viewer', () => {
    for (const viewer of [ALICE, { id: 'external|42', session: null }, null]) {
      const header = signInternal(SECRET, viewer, 'users', NOW)
      expect(verifyInternal(SECRET, header, 'users', NOW)).toEqual({ ok: true, viewer })
    }
  })

  test('is accepted until its expiry, to the millisecond', () => {
    const header = signInternal(SECRET, ALICE, 'users', NOW)
    expect(verifyInternal(SECRET, header, 'users', NOW + LIFE_MS - 1).ok).toBe(true)
    expect(verifyInternal(SECRET, header, 'users', NOW + LIFE_MS)).toEqual(
      refused('the signature has expired'),
    )
  })

  test('is accepted by a subgraph whose clock is slightly behind', () => {
    const header = signInternal(SECRET, ALICE, 'users', NOW)
    expect(verifyInternal(SECRET, header, 'users', NOW - 5_000).ok).toBe(true)
    expect(verifyInternal(SECRET, header, 'users', NOW - 5_001).ok).toBe(false)
  })

  test('cannot have a longer lifetime than allowed', () => {
    const header = signed({ viewer: null, subgraph: 'users', expires: NOW + MAX_AGE_MS + 1 })
    expect(verifyInternal(SECRET, header, 'users', NOW)).toEqual(
      refused('the signature is valid for too long'),
    )
  })

  test('is rejected by another subgraph', () => {
    const header = signInternal(SECRET, ALICE, 'users', NOW)
    expect(verifyInternal(SECRET, header, 'posts', NOW)).toEqual(refused('the signature is for "users"'))
  })

  test('is rejected with another secret', () => {
    const header = signInternal(`${SECRET}!`, ALICE, 'users', NOW)
    expect(verifyInternal(SECRET, header, 'users', NOW)).toEqual(refused('the signature is wrong'))
  })

  test('is rejected with another body', () => {
    const [, , signature] = signInternal(SECRET, ALICE, 'users', NOW).split('.')
    const [, body] = signInternal(SECRET, { id: 'bob', session: null }, 'users', NOW).split('.')
    expect(verifyInternal(SECRET, `v1.${body}.${signature}`, 'users', NOW)).toEqual(
      refused('the signature is wrong'),
    )
  })

  test.for([undefined, ''])('is rejected if it is %j', (header) => {
    expect(verifyInternal(SECRET, header, 'users', NOW)).toEqual(
      refused('the tessera-internal header is missing'),
    )
  })

  test.for(['v1', 'v1..', 'v1.a', 'v1.a.', 'v2.a.b', 'nonsense'])('is rejected if it is %j', (header) => {
    expect(verifyInternal(SECRET, header, 'users', NOW)).toEqual(refused('the signature is malformed'))
  })

  test('is rejected without a crash, whatever it is', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (body, signature) => {
        expect(verifyInternal(SECRET, `v1.${body}.${signature}`, 'users', NOW).ok).toBe(false)
      }),
    )
  })
})

describe('a caching verifier', () => {
  const header = signInternal(SECRET, ALICE, 'users', NOW)
  const [, body, signature] = header.split('.')
  const headers = [
    header,
    signInternal(SECRET, null, 'users', NOW),
    signInternal(SECRET, ALICE, 'users', NOW + 5_000),
    signInternal(SECRET, ALICE, 'posts', NOW),
    signInternal(`${SECRET}!`, ALICE, 'users', NOW),
    `${header}x`,
    `v1.${body}.${signature?.slice(1)}`,
    'v1.a.b',
    undefined,
  ]

  test('gives the same results as one without a cache, at any time and for any number of calls', () => {
    const verify = internalVerifier(SECRET, 'users')
    const times = [0, 1, LIFE_MS - 1, LIFE_MS, -1, -6_000, MAX_AGE_MS + 5_000, 0].map((ms) => NOW + ms)
    for (const now of times) {
      for (const given of headers) {
        expect(verify(given, now)).toEqual(verifyInternal(SECRET, given, 'users', now))
      }
    }
  })
})

test('signatures of the same second are equal and do not exceed the maximum lifetime', () => {
  const [first, second, third] = [1, 998, 1_000].map((ms) => signInternal(SECRET, ALICE, 'users', NOW + ms))
  expect(second).toBe(first)
  expect(third).not.toBe(first)
  expect(verifyInternal(SECRET, second, 'users', NOW + 998).ok).toBe(true)
})
