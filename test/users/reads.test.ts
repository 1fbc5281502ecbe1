import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import { signUp, type SignedUp, type UsersSubgraph } from './users-client.ts'

const UNKNOWN = 'user_01jd3w8k2he5bvqz4p7n6m9xtr'

describe('reading users', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  let alice: SignedUp
  let bob: SignedUp
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start()
    alice = await signUp(users, 'alice', 'Alice')
    bob = await signUp(users, 'bob', 'Bob')
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  it('finds a user by handle, case-insensitively', async () => {
    const { data } = await users.call('{ user(handle: "ALICE") { id name } }')
    expect(data).toEqual({ user: { id: alice.id, name: 'Alice' } })
  })

  const BY_HANDLE = 'query ($handle: String!) { user(handle: $handle) { id } viewer { id } }'

  it('gives null for an unknown handle, without an error', async () => {
    const response = await users.call(BY_HANDLE, { handle: 'nobody' })
    expect(response).toMatchObject({ data: { user: null } })
    expect(response.errors).toBeUndefined()
  })

  it('gives an error that names an invalid handle, and resolves the other fields', async () => {
    for (const handle of ['', '@alice', 'a\0b', '\ud800', `x'; drop table users`]) {
      const response = await users.call(BY_HANDLE, { handle })
      expect(response).toMatchObject({
        data: { user: null, viewer: null },
        errors: [{ path: ['user'], extensions: { code: 'BAD_USER_INPUT' } }],
      })
      expect(response.errors?.[0]?.message).toContain(JSON.stringify(handle))
    }
    const { errors } = await users.call(BY_HANDLE, { handle: '@Alice' })
    expect(errors?.[0]?.message).toBe('`handle`: "@alice" is not a handle. Leave out the @: "alice".')
  })

  it('gives the viewer, or null if anonymous or without a profile', async () => {
    const viewer = async (who: SignedUp['viewer'] | null) =>
      (await users.call<{ viewer: unknown }>('{ viewer { user { handle } } }', {}, who)).data?.viewer
    expect(await viewer(bob.viewer)).toEqual({ user: { handle: 'bob' } })
    expect(await viewer(null)).toBeNull()
    expect(await viewer({ id: UNKNOWN, session: null })).toBeNull()
  })

  it('resolves references of other subgraphs in one statement, with null for malformed and unknown ids', async () => {
    const ids = [alice.id, 'nonsense', UNKNOWN, bob.id, alice.id.replace('user_', 'post_'), alice.id]
    const { data, statements } = await users.call(
      'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on User { handle } } }',
      { representations: ids.map((id) => ({ __typename: 'User', id })) },
    )
    expect(data).toEqual({
      _entities: [{ handle: 'alice' }, null, null, { handle: 'bob' }, null, { handle: 'alice' }],
    })
    expect(statements).toBe(1)
  })

  it('uses one statement for several look-ups of one kind', async () => {
    const { statements } = await users.call(
      '{ a: user(handle: "alice") { id } b: user(handle: "bob") { id } }',
    )
    expect(statements).toBe(1)
  })
})
