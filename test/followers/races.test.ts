import { describe, expect, it } from 'vitest'
import { act, countsOf, listOf, look, someone } from './api.ts'

describe('racing follows', () => {
  it('of one celebrity by 200 people count exactly 200', async () => {
    const star = someone()
    const fans = Array.from({ length: 200 }, someone)
    const payloads = await Promise.all(fans.map((fan) => act(fan, 'follow', star.id)))
    expect(payloads.filter(({ __typename }) => __typename !== 'FollowSuccess')).toEqual([])
    expect(await countsOf(null, star.id)).toMatchObject({ followerCount: 200, followingCount: 0 })
    await Promise.all(fans.slice(50).map((fan) => act(fan, 'unfollow', star.id)))
    expect(await countsOf(null, star.id)).toMatchObject({ followerCount: 50 })
    expect(new Set(await listOf(null, star.id, 'followers'))).toEqual(new Set(fans.slice(0, 50).map(({ id }) => id)))
  })

  it('by two people of each other never deadlock', async () => {
    const pairs = Array.from({ length: 25 }, () => [someone(), someone()] as const)
    const both = pairs.flatMap(([a, b]) => [act(a, 'follow', b.id), act(b, 'follow', a.id)])
    const payloads = await Promise.all(both)
    expect(payloads.filter(({ __typename }) => __typename !== 'FollowSuccess')).toEqual([])
    const { users } = await look(null, pairs.flat().map(({ id }) => id), 'followerCount followingCount')
    expect(users).toEqual(pairs.flat().map(() => ({ followerCount: 1, followingCount: 1 })))
  })

  it('in a ring, both ways around, never deadlock', async () => {
    const ring = Array.from({ length: 12 }, someone)
    const follows = ring.flatMap((viewer, i) =>
      [1, 2, 11].map((step) => act(viewer, 'follow', ring[(i + step) % ring.length]?.id ?? '')),
    )
    const payloads = await Promise.all(follows)
    expect(payloads.filter(({ __typename }) => __typename !== 'FollowSuccess')).toEqual([])
    const { users } = await look(null, ring.map(({ id }) => id), 'followerCount followingCount')
    expect(users).toEqual(ring.map(() => ({ followerCount: 3, followingCount: 3 })))
  })

  it('with a block end without a follow', async () => {
    for (let round = 0; round < 10; round++) {
      const [alice, bob] = [someone(), someone()]
      const race = [act(alice, 'follow', bob.id), act(bob, 'follow', alice.id), act(alice, 'block', bob.id)]
      const [, , block] = await Promise.all(race)
      expect(block).toMatchObject({ __typename: 'BlockSuccess' })
      expect(await countsOf(alice, bob.id)).toMatchObject({
        followerCount: 0,
        followingCount: 0,
        viewerFollows: false,
        followsViewer: false,
        viewerBlocks: true,
      })
    }
  })
})
