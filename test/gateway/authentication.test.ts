import { generateKeyPair, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { bucketOf, parseIdOf } from '../../contracts/ids.ts'
import { INTERNAL_HEADER, signInternal, verifyInternal } from '../../platform/internal-auth.ts'
import { ask } from './support/gateways.ts'
import { ALICE, SECRET, SESSION, startGraph, type Graph } from './support/graph.ts'
import { startIdentityProvider } from './support/identity-provider.ts'
import type { TestSubgraph } from './support/subgraph.ts'
import { WITHIN } from '../support/timeout.ts'

const QUERY = '{ user(handle: "alice") { handle } }'

let graph: Graph

beforeAll(async () => {
  graph = await startGraph()
})
afterAll(() => graph[Symbol.asyncDispose]())
beforeEach(() => {
  graph.users.requests = []
  graph.users.misbehave = null
})

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

function viewersSeenBy({ requests }: TestSubgraph) {
  return requests.map(({ headers }) =>
    verifyInternal(SECRET, String(headers[INTERNAL_HEADER]), 'users', Date.now()),
  )
}

test('without a token, the viewer is anonymous, and the signed request says so', async () => {
  expect((await ask(graph.gateway.url, QUERY)).body.errors).toBeUndefined()
  expect(viewersSeenBy(graph.users)).toEqual([{ ok: true, viewer: null }])
})

test('the viewer of a valid token is in the signed request, and the token itself is not', async () => {
  const { body } = await ask(graph.gateway.url, QUERY, bearer(await graph.token()))
  expect(body.errors).toBeUndefined()
  expect(viewersSeenBy(graph.users)).toEqual([{ ok: true, viewer: { id: ALICE, session: SESSION } }])
  expect(graph.users.requests[0]?.headers.authorization).toBeUndefined()
})

test('an internal header from the client is ignored', async () => {
  const forged = signInternal(SECRET, { id: ALICE, session: SESSION }, 'users', Date.now())
  await ask(graph.gateway.url, QUERY, { headers: { [INTERNAL_HEADER]: forged } })
  expect(viewersSeenBy(graph.users)).toEqual([{ ok: true, viewer: null }])
})

test('a retry with an old signature is signed again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  graph.users.misbehave = (reply) => {
    vi.setSystemTime(Date.now() + 5_000)
    return reply.code(503).send('')
  }
  await ask(graph.gateway.url, QUERY)
  vi.useRealTimers()
  expect(new Set(graph.users.requests.map(({ headers }) => headers[INTERNAL_HEADER])).size).toBe(3)
})

test.each(['', ' ', '\t'])('an empty Authorization header is anonymous: %j', async (authorization) => {
  for (const headers of [{ authorization }, { authorization, 'apollo-query-plan-experimental': '1' }]) {
    const { status, body } = await ask(graph.gateway.url, QUERY, { headers })
    expect([status, body.data, body.errors]).toEqual([200, { user: { handle: 'alice' } }, undefined])
  }
  expect(viewersSeenBy(graph.users)).toEqual(Array.from({ length: 2 }, () => ({ ok: true, viewer: null })))
})

async function refused(authorization: string): Promise<string | undefined> {
  const { status, headers, body } = await ask(graph.gateway.url, QUERY, { headers: { authorization } })
  expect(status).toBe(401)
  expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  expect(body).toEqual({
    errors: [{ message: expect.any(String) as string, extensions: { code: 'UNAUTHENTICATED' } }],
  })
  expect(graph.users.requests).toHaveLength(0)
  return body.errors?.[0]?.message
}

test('an expired token is rejected with a remedy', async () => {
  const message = await refused(`Bearer ${await graph.token({}, { expires: '1 second ago' })}`)
  expect(message).toMatch(
    /^The access token expired at 20.*Z\. Without this Authorization header, exchange the refresh token by `refreshSession`/,
  )
})

test('a forged token is rejected', async () => {
  const { privateKey } = await generateKeyPair('EdDSA')
  expect(await refused(`Bearer ${await graph.token({}, { key: privateKey })}`)).toContain(
    'has a wrong signature',
  )
  const [header, , signature] = (await graph.token()).split('.')
  const claims = Buffer.from(
    JSON.stringify({ sub: ALICE, exp: 9e9, iss: 'tessera', aud: 'tessera' }),
  ).toString('base64url')
  expect(await refused(`Bearer ${header}.${claims}.${signature}`)).toContain('has a wrong signature')
})

test('a token with another algorithm is rejected', async () => {
  const symmetric = await graph.token({}, { alg: 'HS256', key: new Uint8Array(32) })
  expect(await refused(`Bearer ${symmetric}`)).toContain('wrong algorithm. These are accepted: EdDSA')
  const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${symmetric.split('.')[1]}.`
  expect(await refused(`Bearer ${none}`)).toContain('The access token')
})

test.each([
  ['another issuer', { iss: 'somebody' }, 'unacceptable claim "iss"'],
  ['another audience', { aud: 'somebody' }, 'unacceptable claim "aud"'],
  ['no user', { sub: 'somebody' }, 'does not identify a user of this API'],
  ['no session', { sid: undefined }, 'does not identify a user of this API'],
])('a token of %s is rejected', async (_name, claims, message) => {
  const token = await new SignJWT({ iss: 'tessera', aud: 'tessera', sub: ALICE, sid: SESSION, ...claims })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
    .setExpirationTime('1 minute')
    .sign(graph.privateKey)
  expect(await refused(`Bearer ${token}`)).toContain(message)
})

test.each([
  'Bearer',
  'Bearer undefined',
  'Bearer null',
  'Bearer "x"',
  'Basic YWxpY2U6eA==',
  'nonsense',
  'Bearer nonsense',
])('%s is rejected', async (authorization) => {
  expect(await refused(authorization)).toMatch(/is malformed|`Authorization: Bearer <access token>`/)
})

test('a token without expiry is rejected', async () => {
  const token = await new SignJWT({ iss: 'tessera', aud: 'tessera', sub: ALICE, sid: SESSION })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k1' })
    .sign(graph.privateKey)
  expect(await refused(`Bearer ${token}`)).toContain('has no claim "exp"')
})

test('a token is accepted until its session is revoked', async () => {
  const sid = '01930000-0000-7000-8000-000000000009'
  const token = await graph.token({ sid })
  expect((await ask(graph.gateway.url, QUERY, bearer(token))).status).toBe(200)
  graph.revoked.add(sid)
  await vi.waitUntil(async () => (await ask(graph.gateway.url, QUERY, bearer(token))).status === 401, WITHIN)
  graph.users.requests = []
  expect(await refused(`Bearer ${token}`)).toContain('was revoked: its session has ended')
})

test('while users is unreachable, the known keys and the last list are used; /readyz is ready and names what is missing', async () => {
  await using own = await startGraph()
  own.revoked.add(SESSION)
  const other = '01930000-0000-7000-8000-000000000002'
  const good = await own.token({ sid: other })
  const bad = await own.token()
  await vi.waitUntil(async () => (await ask(own.gateway.url, QUERY, bearer(bad))).status === 401, WITHIN)
  await own.users[Symbol.asyncDispose]()
  const later = await own.token({ sid: other, jti: 'not seen before' })
  for (const token of [good, later]) {
    const { body } = await ask(own.gateway.url, '{ feed { id } }', bearer(token))
    expect(body.errors).toBeUndefined()
  }
  expect((await ask(own.gateway.url, QUERY, bearer(bad))).status).toBe(401)
  const ready = () => fetch(`${own.gateway.url}/readyz`)
  await vi.waitUntil(
    async () => (await (await ready()).text()).includes('revoked sessions is out of date'),
    WITHIN,
  )
  const readiness = await ready()
  expect(readiness.status).toBe(200)
  expect(await readiness.json()).toEqual({
    status: 'ready',
    dependencies: { keys: 'ready', revocations: 'ready' },
    reported: {
      users: 'could not be reached',
      posts: 'ready',
      followers: 'ready',
      revocations: expect.stringContaining('out of date') as string,
    },
  })
})

test('if the keys were never fetched, the error is an outage, not an invalid token', async () => {
  await using own = await startGraph({ SUBGRAPH_URL_USERS: 'http://127.0.0.1:9/graphql' })
  const { status, body } = await ask(own.gateway.url, QUERY, bearer(await own.token()))
  expect(status).toBe(503)
  expect(body.errors?.[0]?.extensions['code']).toBe('SUBGRAPH_UNAVAILABLE')
  expect((await ask(own.gateway.url, '{ feed { id } }')).body.errors).toBeUndefined()
  const ready = await fetch(`${own.gateway.url}/readyz`)
  expect(ready.status).toBe(503)
  expect(await ready.json()).toMatchObject({
    status: 'not ready',
    dependencies: {
      revocations: 'the list of revoked sessions was never read: the users service could not be reached',
    },
  })
})

test('with an external identity provider, the same user is always the same viewer', async () => {
  await using provider = await startIdentityProvider('ES256')
  const [issuer, audience] = ['https://id.example', 'api']
  await using own = await startGraph({
    JWKS_URL: provider.jwksUrl,
    JWT_ISSUER: issuer,
    JWT_AUDIENCE: audience,
  })
  const token = (sub: string) => provider.sign({ iss: issuer, aud: audience, sub })
  for (const subject of ['auth0|1', 'auth0|1', 'auth0|2'])
    await ask(own.gateway.url, QUERY, bearer(await token(subject)))
  const viewers = viewersSeenBy(own.users).map((verified) => (verified.ok ? verified.viewer : null))
  const [first, again, other] = viewers.map((viewer) => parseIdOf('user', viewer?.id ?? ''))
  expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(again).toBe(first)
  expect(other).not.toBe(first)
  expect(bucketOf(first ?? '')).toBeGreaterThanOrEqual(0)
  expect(viewers[0]?.session).toBeNull()
  expect((await ask(own.gateway.url, QUERY, bearer(await own.token()))).status).toBe(401)
})
