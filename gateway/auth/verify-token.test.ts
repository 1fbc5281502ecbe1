import { errors, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { KeysUnavailable, MAX_AGE_MS, type Keys } from './keys.ts'
import { tokenVerifier } from './verify-token.ts'

const START = Date.UTC(2026, 10, 20)

/** A verifier whose clock the test sets, with keys that can be withdrawn. */
async function setUp(lifetimeMs: number, { leewaySeconds = 0, beginsMs = 0 } = {}) {
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
    { issuer: 'me', audience: null, algorithms: ['EdDSA'], keys, viewerOf, leewaySeconds },
    () => state.now,
  )
  const token = await new SignJWT()
    .setProtectedHeader({ alg: 'EdDSA' })
    .setIssuer('me')
    .setSubject('somebody')
    .setNotBefore(new Date(START + beginsMs))
    .setExpirationTime(new Date(START + lifetimeMs))
    .sign(privateKey)
  return {
    state,
    outcome: async () => (await verify(token)).kind,
    message: async () => {
      const outcome = await verify(token)
      return outcome.kind === 'refused' ? outcome.message : outcome.kind
    },
  }
}

test('a token outlives its withdrawn key by no more than the maximum age of cached keys', async () => {
  const { state, outcome } = await setUp(10 * MAX_AGE_MS)
  expect(await outcome()).toBe('viewer')
  state.problem = new errors.JWKSNoMatchingKey()
  state.now = START + MAX_AGE_MS - 1
  expect(await outcome()).toBe('viewer')
  expect(state.looks).toBe(1)
  state.now = START + MAX_AGE_MS
  expect(await outcome()).toBe('refused')
})

test('each verification caches the token again', async () => {
  const { state, outcome } = await setUp(10 * MAX_AGE_MS)
  for (const age of [0, 1, MAX_AGE_MS, MAX_AGE_MS + 1, 2 * MAX_AGE_MS - 1]) {
    state.now = START + age
    expect(await outcome()).toBe('viewer')
  }
  expect(state.looks).toBe(2)
})

test('a token is not cached beyond its expiry', async () => {
  const { state, outcome } = await setUp(10_000)
  expect(await outcome()).toBe('viewer')
  state.now = START + 10_000
  expect(await outcome()).toBe('refused')
})

test('if the keys cannot be fetched, the token is not reported as invalid', async () => {
  const { state, outcome } = await setUp(10_000)
  state.problem = new KeysUnavailable('the keys cannot be fetched')
  expect(await outcome()).toBe('unavailable')
})

test('the leeway extends the expiry of a token, cached or not, and no further', async () => {
  for (const before of [0, 10_000]) {
    const { state, outcome } = await setUp(10_000, { leewaySeconds: 5 })
    state.now = START + before
    expect(await outcome()).toBe('viewer')
    state.now = START + 14_999
    expect(await outcome()).toBe('viewer')
    state.now = START + 15_000
    expect(await outcome()).toBe('refused')
  }
})

test('the leeway applies to the start of a token, and an earlier use gets an error that names the start', async () => {
  const { state, message } = await setUp(60_000, { leewaySeconds: 5, beginsMs: 10_000 })
  state.now = START + 4_999
  expect(await message()).toMatch(/^The access token is not valid before 2026-11-20T00:00:10\.000Z\./)
  state.now = START + 5_000
  expect(await message()).toBe('viewer')
})
