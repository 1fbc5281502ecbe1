import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import { signUp, type UsersSubgraph } from './users-client.ts'

const STRANGER = { id: 'user_01jd3w8k2he5bvqz4p7n6m9xtr', session: null }

describe('a profile', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start()
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  describe('is updated', () => {
    it('field by field, with a new version for each change', async () => {
      const { viewer } = await signUp(users, 'ann', 'Ann')
      const named = await users.mutate('updateProfile', { name: 'Ann B.' }, viewer)
      expect(named.user).toMatchObject({ name: 'Ann B.', bio: '', version: 2 })
      const told = await users.mutate(
        'updateProfile',
        { bio: 'Hello', name: null, expectedVersion: 2 },
        viewer,
      )
      expect(told.user).toMatchObject({ name: 'Ann B.', bio: 'Hello', version: 3 })
    })

    it('without a new version if nothing changes', async () => {
      const { viewer } = await signUp(users, 'ben', 'Ben')
      for (const input of [{}, { name: 'Ben' }, { bio: '' }]) {
        expect((await users.mutate('updateProfile', input, viewer)).user?.version).toBe(1)
      }
    })

    it('not from a stale version, and the error has the current one', async () => {
      const { viewer } = await signUp(users, 'cat')
      await users.mutate('updateProfile', { bio: 'one' }, viewer)
      const stale = await users.mutate('updateProfile', { bio: 'two', expectedVersion: 1 }, viewer)
      expect(stale).toMatchObject({
        code: 'STALE_VERSION',
        currentVersion: 2,
        path: ['input', 'expectedVersion'],
      })
    })

    it('after a concurrent transaction, without overwriting its changes', async () => {
      const { viewer, uuid } = await signUp(users, 'dot')
      await bed.database.query('begin')
      await bed.database.query(`update users set bio = 'theirs', version = 2 where id = $1`, [uuid])
      const late = users.mutate('updateProfile', { bio: 'mine', expectedVersion: 1 }, viewer)
      const unaware = users.mutate('updateProfile', { name: 'Dot' }, viewer)
      await bed.waiting(2)
      await bed.database.query('commit')
      expect(await late).toMatchObject({ code: 'STALE_VERSION', currentVersion: expect.any(Number) })
      expect((await unaware).user).toMatchObject({ name: 'Dot', bio: 'theirs', version: 3 })
    })

    it('once by concurrent updates of one version', async () => {
      const { viewer } = await signUp(users, 'deb')
      const payloads = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          users.mutate('updateProfile', { bio: `bio ${i}`, expectedVersion: 1 }, viewer),
        ),
      )
      const done = payloads.filter(({ __typename }) => __typename === 'UpdateProfileSuccess')
      expect(done).toHaveLength(1)
      expect(payloads.filter(({ currentVersion }) => currentVersion === 2)).toHaveLength(7)
    })

    it('once for each idempotency key, even by concurrent duplicates', async () => {
      const { viewer } = await signUp(users, 'eli')
      const input = { bio: 'Hello', expectedVersion: 1, idempotencyKey: 'update-1' }
      const payloads = await Promise.all(
        Array.from({ length: 8 }, () => users.mutate('updateProfile', input, viewer)),
      )
      expect(payloads.map(({ user }) => user?.version)).toEqual(Array(8).fill(2))
      expect((await users.mutate('updateProfile', { ...input, bio: 'Bye' }, viewer)).code).toBe(
        'IDEMPOTENCY_CONFLICT',
      )
      const other = await signUp(users, 'eli_2')
      expect((await users.mutate('updateProfile', input, other.viewer)).user?.handle).toBe('eli_2')
    })

    it('with all errors in the input reported at once', async () => {
      const { viewer } = await signUp(users, 'fay')
      const payload = await users.mutate('updateProfile', { name: ' ', bio: 'x'.repeat(501) }, viewer)
      expect(payload.issues?.map(({ path }) => path[1])).toEqual(['name', 'bio'])
    })
  })

  describe('gets another handle', () => {
    it('and the old one is free immediately', async () => {
      const gus = await signUp(users, 'gus')
      const hal = await signUp(users, 'hal')
      expect((await users.mutate('renameHandle', { handle: 'Gustav' }, gus.viewer)).user).toMatchObject({
        handle: 'gustav',
        version: 2,
      })
      expect((await users.mutate('renameHandle', { handle: 'gus' }, hal.viewer)).user?.handle).toBe('gus')
    })

    it('which can be its current one: nothing changes', async () => {
      const { viewer } = await signUp(users, 'ian')
      expect((await users.mutate('renameHandle', { handle: 'IAN' }, viewer)).user).toMatchObject({
        handle: 'ian',
        version: 1,
      })
    })

    it('unless it is taken, malformed, or the version is stale', async () => {
      const { viewer } = await signUp(users, 'jan')
      await signUp(users, 'kim')
      expect(
        await users.mutate('renameHandle', { handle: 'kim', idempotencyKey: 'k' }, viewer),
      ).toMatchObject({
        code: 'HANDLE_TAKEN',
        message: expect.stringContaining('"kim"'),
      })
      expect((await users.mutate('renameHandle', { handle: 'k-m' }, viewer)).code).toBe('INVALID_INPUT')
      const stale = await users.mutate('renameHandle', { handle: 'janet', expectedVersion: 7 }, viewer)
      expect(stale).toMatchObject({ code: 'STALE_VERSION', currentVersion: 1 })
      const freed = await users.mutate('renameHandle', { handle: 'janet', idempotencyKey: 'k' }, viewer)
      expect(freed.user?.handle).toBe('janet')
    })

    it('which only one of several concurrent users gets', async () => {
      const people = await Promise.all([1, 2, 3, 4].map((n) => signUp(users, `lea_${n}`)))
      for (let round = 0; round < 5; round++) {
        const payloads = await Promise.all(
          people.map(({ viewer }) => users.mutate('renameHandle', { handle: `wanted_${round}` }, viewer)),
        )
        const names = payloads.map(({ __typename }) => __typename).toSorted()
        expect(names).toEqual(['HandleTaken', 'HandleTaken', 'HandleTaken', 'RenameHandleSuccess'])
      }
    })

    it('but two users cannot exchange handles at the same time', async () => {
      const [max, ned] = [await signUp(users, 'max'), await signUp(users, 'ned')]
      for (let round = 0; round < 10; round++) {
        const payloads = await Promise.all([
          users.mutate('renameHandle', { handle: 'ned' }, max.viewer),
          users.mutate('renameHandle', { handle: 'max' }, ned.viewer),
        ])
        expect(payloads.map(({ code }) => code)).toEqual(['HANDLE_TAKEN', 'HANDLE_TAKEN'])
      }
    })
  })

  it('can be changed only by its owner, who must have a profile', async () => {
    expect((await users.mutate('updateProfile', { bio: 'x' })).code).toBe('UNAUTHENTICATED')
    expect((await users.mutate('renameHandle', { handle: 'xyz' })).code).toBe('UNAUTHENTICATED')
    expect(await users.mutate('updateProfile', { bio: 'x' }, STRANGER)).toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('createProfile'),
    })
    expect((await users.mutate('renameHandle', { handle: 'xyz' }, STRANGER)).code).toBe('NOT_FOUND')
  })
})
