import { describe, expect, it } from 'vitest'
import { act, COMMANDS, countsOf, listOf, look, someone } from './api.ts'

describe('following a user', () => {
  it('is visible on both sides immediately', async () => {
    const [alice, bob] = [someone(), someone()]
    expect(await act(alice, 'follow', bob.id)).toEqual({
      __typename: 'FollowSuccess',
      followState: 'FOLLOWING',
      user: seen(bob.id, { followerCount: 1, viewerFollows: true, viewerFollowState: 'FOLLOWING' }),
      viewer: seen(alice.id, { followingCount: 1 }),
    })
    expect(await listOf(null, bob.id, 'followers')).toEqual([alice.id])
    expect(await listOf(null, alice.id, 'following')).toEqual([bob.id])
    expect(await countsOf(bob, alice.id)).toEqual(seen(alice.id, { followingCount: 1, followsViewer: true }))
  })

  it('twice, even concurrently, counts once, and so does unfollowing', async () => {
    const [alice, bob] = [someone(), someone()]
    await Promise.all(Array.from({ length: 10 }, () => act(alice, 'follow', bob.id)))
    expect(await act(alice, 'follow', bob.id)).toMatchObject({ user: { followerCount: 1 } })
    await Promise.all(Array.from({ length: 10 }, () => act(alice, 'unfollow', bob.id)))
    expect(await act(alice, 'unfollow', bob.id)).toEqual({
      __typename: 'UnfollowSuccess',
      user: seen(bob.id),
      viewer: seen(alice.id),
    })
    expect(await listOf(null, bob.id, 'followers')).toEqual([])
  })

  it('lists the latest first', async () => {
    const star = someone()
    for (let i = 0; i < 4; i++) await act(someone(), 'follow', star.id)
    type Edges = { followers: { edges: { followedAt: string; node: { id: string } }[] } }
    const { users } = await look<Edges>(null, [star.id], 'followers { edges { followedAt node { id } } }')
    const places = users[0]?.followers.edges.map(({ followedAt, node }) => `${followedAt} ${node.id}`) ?? []
    expect(places).toHaveLength(4)
    expect(places).toEqual(places.toSorted().toReversed())
  })

  it('requires a signed-in viewer', async () => {
    const bob = someone()
    for (const command of COMMANDS) {
      expect(await act(null, command, bob.id)).toMatchObject({ __typename: 'Unauthenticated', path: [] })
    }
    const anonymous = {
      viewerFollows: null,
      viewerFollowState: null,
      followsViewer: null,
      viewerBlocks: null,
    }
    expect(await countsOf(null, bob.id)).toEqual(seen(bob.id, anonymous))
    expect(await listOf(null, bob.id, 'followersYouKnow')).toBeNull()
  })
})

describe('a block', () => {
  it('removes the follows in both directions, and unblocking does not restore them', async () => {
    const [alice, bob] = [someone(), someone()]
    await act(alice, 'follow', bob.id)
    await act(bob, 'follow', alice.id)
    expect(await act(alice, 'block', bob.id)).toEqual({
      __typename: 'BlockSuccess',
      user: seen(bob.id, { viewerBlocks: true }),
      viewer: seen(alice.id),
    })
    for (const list of ['followers', 'following'] as const) {
      expect(await listOf(null, alice.id, list)).toEqual([])
      expect(await listOf(null, bob.id, list)).toEqual([])
    }
    expect(await act(alice, 'unblock', bob.id)).toMatchObject({ user: seen(bob.id), viewer: seen(alice.id) })
  })

  it('prevents follows in both directions until the blocker unblocks', async () => {
    const [alice, bob] = [someone(), someone()]
    await act(alice, 'block', bob.id)
    await act(alice, 'block', bob.id)
    await act(bob, 'unblock', alice.id)
    const refused = { __typename: 'Forbidden', code: 'FORBIDDEN', path: ['input', 'userId'] }
    expect(await act(bob, 'follow', alice.id)).toMatchObject(refused)
    expect(await act(alice, 'follow', bob.id)).toMatchObject({
      ...refused,
      message: expect.stringContaining('Unblock'),
    })
    await act(alice, 'unblock', bob.id)
    expect(await act(bob, 'follow', alice.id)).toMatchObject({ user: { followerCount: 1 } })
  })

  it('is not visible to the blocked user', async () => {
    const [alice, bob] = [someone(), someone()]
    await act(alice, 'block', bob.id)
    expect(await countsOf(bob, alice.id)).toEqual(seen(alice.id))
  })
})

describe('a command about a user', () => {
  it('cannot target the viewer', async () => {
    const alice = someone()
    for (const command of COMMANDS) {
      expect(await act(alice, command, alice.id)).toMatchObject({
        __typename: 'InvalidInput',
        issues: [{ path: ['input', 'userId'], message: expect.stringMatching(/^You cannot .* yourself\./) }],
      })
    }
    expect(await countsOf(alice, alice.id)).toEqual(seen(alice.id))
  })

  it.each(['nonsense', '', 'user_', 'post_01jd3w8k2he5bvqz4p7n6m9xtr', '\0', '\ud83d'])(
    'cannot target %j',
    async (id) => {
      for (const command of COMMANDS) {
        expect(await act(someone(), command, id)).toMatchObject({
          issues: [{ path: ['input', 'userId'], message: expect.stringContaining('user_') }],
        })
      }
    },
  )

  it('with an idempotency key has one effect, and the key cannot be used for another input', async () => {
    const [alice, bob, carol] = [someone(), someone(), someone()]
    const key = crypto.randomUUID()
    const payloads = await Promise.all(Array.from({ length: 10 }, () => act(alice, 'follow', bob.id, key)))
    for (const payload of payloads) expect(payload).toEqual(payloads[0])
    expect(payloads[0]).toMatchObject({ user: { followerCount: 1 } })
    await act(alice, 'unfollow', bob.id)
    expect(await act(alice, 'follow', bob.id, key)).toMatchObject({
      user: { followerCount: 0, viewerFollows: false },
    })
    expect(await act(alice, 'follow', carol.id, key)).toMatchObject({ __typename: 'IdempotencyConflict' })
    expect(await act(alice, 'block', bob.id, key)).toMatchObject({ __typename: 'IdempotencyConflict' })
    expect(await countsOf(alice, carol.id)).toEqual(seen(carol.id))
  })
})

/** Counts and flags of a user without any relation, but for `differences`. */
function seen(id: string, differences: Partial<Awaited<ReturnType<typeof countsOf>>> = {}) {
  const nothing = { followerCount: 0, followingCount: 0, viewerFollows: false, viewerFollowState: 'NONE' }
  return { id, ...nothing, followsViewer: false, viewerBlocks: false, ...differences }
}
