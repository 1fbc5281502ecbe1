import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { formatId } from '../../contracts/ids.ts'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import { PASSWORD, type UsersSubgraph } from './users-client.ts'

const ISSUER = 'https://login.example.com/'
const viewerOf = (n: number) => ({
  id: formatId('user', `0192e4a0-0000-8000-8000-${String(n).padStart(12, '0')}`),
  session: null,
})

describe('with an external identity provider', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start({ JWKS_URL: 'https://login.example.com/jwks', JWT_ISSUER: ISSUER })
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  it('password and session mutations refer to the provider', async () => {
    const viewer = viewerOf(1)
    const payloads = await Promise.all([
      users.mutate('signUp', { handle: 'alice', name: 'Alice', password: PASSWORD }),
      users.mutate('signIn', { handle: 'alice', password: PASSWORD }),
      users.mutate('refreshSession', { refreshToken: 'x' }),
      users.mutate('signOut', {}, viewer),
      users.mutate('endSession', { sessionId: 'session_oops' }, viewer),
      users.mutate('changePassword', { currentPassword: PASSWORD, newPassword: PASSWORD }, viewer),
    ])
    for (const payload of payloads) {
      expect(payload).toMatchObject({ __typename: 'Forbidden', message: expect.stringContaining(ISSUER) })
    }
    expect((await users.get('/jwks')).body).toEqual({ keys: [] })
  })

  it('a profile is created once, with the viewer’s id', async () => {
    const viewer = viewerOf(2)
    expect((await users.call('{ viewer { id } }', {}, viewer)).data).toEqual({ viewer: null })
    const input = { handle: 'Bob', name: 'Bob', idempotencyKey: 'create' }
    const created = await users.mutate('createProfile', input, viewer)
    expect(created.user).toMatchObject({ id: viewer.id, handle: 'bob', bio: '', version: 1 })
    expect(await users.mutate('createProfile', input, viewer)).toEqual(created)
    expect((await users.mutate('createProfile', { ...input, name: 'B' }, viewer)).code).toBe(
      'IDEMPOTENCY_CONFLICT',
    )
    expect(await users.mutate('createProfile', { handle: 'bob2', name: 'Bob' }, viewer)).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('"bob"'),
    })
    expect((await users.mutate('updateProfile', { bio: 'Hi' }, viewer)).user?.bio).toBe('Hi')
  })

  it('a profile is created once by two concurrent requests, with the same handle or another', async () => {
    for (let round = 0; round < 10; round++) {
      const viewer = viewerOf(100 + round)
      const payloads = await Promise.all(
        [`race_${round}`, `race_${round}`, `other_${round}`].map((handle) =>
          users.mutate('createProfile', { handle, name: 'R' }, viewer),
        ),
      )
      const names = payloads.map(({ __typename }) => __typename).toSorted()
      expect(names).toEqual(['CreateProfileSuccess', 'Forbidden', 'Forbidden'])
    }
  })

  it('a profile requires a viewer, a free handle and valid input', async () => {
    await users.mutate('createProfile', { handle: 'carol', name: 'Carol' }, viewerOf(3))
    expect((await users.mutate('createProfile', { handle: 'xyz', name: 'X' })).code).toBe('UNAUTHENTICATED')
    expect((await users.mutate('createProfile', { handle: 'CAROL', name: 'X' }, viewerOf(4))).code).toBe(
      'HANDLE_TAKEN',
    )
    const faulty = await users.mutate(
      'createProfile',
      { handle: 'x', name: '', bio: 'x'.repeat(501) },
      viewerOf(4),
    )
    expect(faulty.issues?.map(({ path }) => path[1])).toEqual(['handle', 'name', 'bio'])
  })

  it('without a provider, createProfile refers to signUp', async () => {
    const own = await bed.start()
    expect(await own.mutate('createProfile', { handle: 'xyz', name: 'X' }, viewerOf(5))).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('signUp'),
    })
  })
})
