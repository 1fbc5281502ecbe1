import { errors, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { KeysUnavailable, MAX_AGE_MS, type Keys } from './keys.ts'
import { tokenVerifier } from './verify-token.ts'

const START = Date.UTC(2026, 10, 20)

/** A verifier with a clock that is set by hand, and keys that can be withdrawn. */
async function setUp(lifetimeMs: number) {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA')
  const state = { now: START, problem: null as Error | null, looks: 0 }
  const keys: Keys = {
    find: async () => {
      state.looks++
      if (state.problem) throw state.problem
      return publicKey
    },
    check: async () => {},
  }
  const viewerOf = () => ({ id: 'user_1', session: null })
  const verify = tokenVerifier(
    { issuer: 'me', audience: null, algorithms: ['EdDSA'], keys, viewerOf },
    () => state.now,
  )
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer('me')
    .setSubject('somebody')
    .setExpirationTime(new Date(START + lifetimeMs))
    .sign(privateKey)
  return { state, outcome: async () => (await verify(token)).kind }
}

test('a token outlives its withdrawn key by no more than the age that keys may have', async () => {
  const { state, outcome } = await setUp(10 * MAX_AGE_MS)
  expect(await outcome()).toBe('viewer')
  state.problem = new errors.JWKSNoMatchingKey()
  state.now = START + MAX_AGE_MS - 1
  expect(await outcome()).toBe('viewer')
  expect(state.looks).toBe(1)
  state.now = START + MAX_AGE_MS
  expect(await outcome()).toBe('refused')
})

test('a token is remembered anew after each check', async () => {
  const { state, outcome } = await setUp(10 * MAX_AGE_MS)
  for (const age of [0, 1, MAX_AGE_MS, MAX_AGE_MS + 1, 2 * MAX_AGE_MS - 1]) {
    state.now = START + age
    expect(await outcome()).toBe('viewer')
  }
  expect(state.looks).toBe(2)
})

test('a token is not remembered beyond its own end', async () => {
  const { state, outcome } = await setUp(10_000)
  expect(await outcome()).toBe('viewer')
  state.now = START + 10_000
  expect(await outcome()).toBe('refused')
})

test('keys out of reach are no fault of the token', async () => {
  const { state, outcome } = await setUp(10_000)
  state.problem = new KeysUnavailable('the keys cannot be fetched')
  expect(await outcome()).toBe('unavailable')
})
