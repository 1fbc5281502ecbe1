import { describe, expect, it } from 'vitest'
import { act, countsOf, listOf, look, someone } from './api.ts'

describe('concurrent follows', () => {
  it('of one celebrity by 200 people count exactly 200', async () => {
    const star = someone()
    const fans = Array.from({ length: 200 }, someone)
    const payloads = await Promise.all(fans.map((fan) => act(fan, 'follow', star.id)))
    expect(payloads.filter(({ __typename }) => __typename !== 'FollowSuccess')).toEqual([])
    expect(await countsOf(null, star.id)).toMatchObject({ followerCount: 200, followingCount: 0 })
    await Promise.all(fans.slice(50).map((fan) => act(fan, 'unfollow', star.id)))
    expect(await countsOf(null, star.id)).toMatchObject({ followerCount: 50 })
    expect(new Set(await listOf(null, star.id, 'followers'))).toEqual(
      new Set(fans.slice(0, 50).map(({ id }) => id)),
    )
  })

  it('of two users following each other never deadlock', async () => {
    const pairs = Array.from({ length: 25 }, () => [someone(), someone()] as const)
    const both = pairs.flatMap(([a, b]) => [act(a, 'follow', b.id), act(b, 'follow', a.id)])
    const payloads = await Promise.all(both)
    expect(payloads.filter(({ __typename }) => __typename !== 'FollowSuccess')).toEqual([])
    const { users } = await look(
      null,
      pairs.flat().map(({ id }) => id),
      'followerCount followingCount',
    )
    expect(users).toEqual(pairs.flat().map(() => ({ followerCount: 1, followingCount: 1 })))
  })

  it('in rings of three, each waiting for the next, never deadlock', async () => {
    for (let round = 0; round < 30; round++) {
      const ring = Array.from({ length: 3 }, someone)
      const payloads = await Promise.all(
        ring.map((viewer, i) => act(viewer, 'follow', ring[(i + 1) % 3]?.id ?? '')),
      )
      expect(payloads.filter(({ __typename }) => __typename !== 'FollowSuccess')).toEqual([])
    }
  })

  it('between all users never deadlock', async () => {
    for (let round = 0; round < 3; round++) {
      const crowd = Array.from({ length: 8 }, someone)
      const pairs = crowd.flatMap((viewer) =>
        crowd.filter((other) => other !== viewer).map(({ id }) => ({ viewer, id })),
      )
      const payloads = await Promise.all(pairs.map(({ viewer, id }) => act(viewer, 'follow', id)))
      expect(payloads.filter(({ __typename }) => __typename !== 'FollowSuccess')).toEqual([])
      const { users } = await look(
        null,
        crowd.map(({ id }) => id),
        'followerCount followingCount',
      )
      expect(users).toEqual(crowd.map(() => ({ followerCount: 7, followingCount: 7 })))
    }
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
