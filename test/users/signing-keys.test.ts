import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, type JSONWebKeySet } from 'jose'
import { describe, expect, it } from 'vitest'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import { signUp, type UsersSubgraph } from './users-client.ts'

const ENV = {
  ACCESS_TOKEN_TTL_S: '900',
  SIGNING_KEY_ROTATION_S: '3600',
  JWT_ISSUER: 'iss',
  JWT_AUDIENCE: 'aud',
}

describe('the keys that sign access tokens', () => {
  const jwks = async (users: UsersSubgraph) => (await users.get<JSONWebKeySet>('/jwks')).body
  const verify = async (users: UsersSubgraph, token: string, now: number) =>
    jwtVerify(token, createLocalJWKSet(await jwks(users)), {
      issuer: 'iss',
      audience: 'aud',
      algorithms: ['EdDSA'],
      currentDate: new Date(now),
    })
  const keyIds = async ({ database }: UsersBed) => {
    const { rows } = await database.query<{ id: string }>('select id from signing_key order by created_at')
    return rows.map(({ id }) => id)
  }
  const kid = (token: string) => decodeProtectedHeader(token).kid

  it('are published on the public route, including the first key before any token is issued', async () => {
    await using bed = await createUsersBed()
    const users = await bed.start(ENV)
    const published = await jwks(users)
    expect(published.keys.map((key) => key.kid)).toEqual(await keyIds(bed))
    expect(published.keys).toHaveLength(1)
    const alice = await signUp(users, 'alice')
    const { payload, protectedHeader } = await verify(users, alice.accessToken, bed.clock.now)
    const iat = Math.floor(bed.clock.now / 1000)
    expect(payload).toEqual({
      iss: 'iss',
      aud: 'aud',
      sub: alice.id,
      sid: alice.viewer.session,
      iat,
      exp: iat + 900,
    })
    expect(protectedHeader).toMatchObject({ alg: 'EdDSA', kid: (await keyIds(bed))[0] })
    const { keys } = await jwks(users)
    expect(keys.map((key) => Object.keys(key).toSorted())).toEqual([['alg', 'crv', 'kid', 'kty', 'use', 'x']])
    await bed.clock.advance(901)
    await expect(verify(users, alice.accessToken, bed.clock.now)).rejects.toThrow('exp')
  })

  it('rotate on use, and the old one is kept until its last token has expired', async () => {
    await using bed = await createUsersBed()
    const users = await bed.start(ENV)
    await signUp(users, 'ann')
    await bed.clock.advance(3599)
    const before = await signUp(users, 'ben')
    await bed.clock.advance(1)
    const after = await signUp(users, 'cat')
    expect(kid(after.accessToken)).not.toBe(kid(before.accessToken))
    for (const { accessToken } of [before, after]) await verify(users, accessToken, bed.clock.now)
    await bed.clock.advance(900 + 59)
    expect((await jwks(users)).keys).toHaveLength(2)
    await bed.clock.advance(1)
    expect((await jwks(users)).keys.map((key) => key.kid)).toEqual([kid(after.accessToken)])
  })

  it('result in one new key if several processes rotate at once', async () => {
    await using bed = await createUsersBed()
    const processes = [await bed.start(ENV), await bed.start(ENV), await bed.start(ENV)]
    const people = await Promise.all(processes.map((users, i) => signUp(users, `rotator_${i}`)))
    expect(await keyIds(bed)).toHaveLength(1)
    await bed.clock.advance(3600)
    // All of them find the key too old before any of them can insert another.
    await bed.database.query('begin')
    await bed.database.query('lock table signing_key in share mode')
    const refreshing = processes.map((users, i) =>
      users.mutate('refreshSession', { refreshToken: people[i]?.refreshToken }),
    )
    await bed.waiting(3)
    await bed.database.query('commit')
    const payloads = await Promise.all(refreshing)
    const [, made, ...more] = await keyIds(bed)
    expect(more).toEqual([])
    expect(payloads.map(({ session }) => kid(session?.accessToken ?? ''))).toEqual([made, made, made])
  })

  it('neither sign nor verify after they are revoked', async () => {
    await using bed = await createUsersBed()
    const users = await bed.start(ENV)
    const { accessToken } = await signUp(users, 'ann')
    await bed.database.query('update signing_key set revoked_at = now()')
    await expect(verify(users, accessToken, bed.clock.now)).rejects.toThrow()
    const fresh = await signUp(users, 'ben')
    expect(kid(fresh.accessToken)).not.toBe(kid(accessToken))
    await verify(users, fresh.accessToken, bed.clock.now)
  })
})
