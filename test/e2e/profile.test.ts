import { describe, expect, it } from 'vitest'
import { gql, gqlData } from '../support/client.ts'
import { startRecordingGateway } from '../support/recording-gateway.ts'
import { makeCommunity } from './community.ts'
import { PROFILE, type Profile } from './profile-query.ts'

describe('the profile page', () => {
  it('joins a user, their posts and their followers', async () => {
    const { star, fans, postIds } = await makeCommunity(3, 2)
    const { user } = await gqlData<Profile>(PROFILE, { handle: star.handle })
    expect(user).toMatchObject({ id: star.id, handle: star.handle, followerCount: 3, followingCount: 0 })
    expect(user?.posts?.nodes.map(({ id }) => id)).toEqual(postIds.toReversed())
    expect(user?.posts?.nodes.map(({ author }) => author?.handle)).toEqual([star.handle, star.handle])
    expect(user?.followers?.nodes.map((fan) => fan?.handle)).toEqual(
      fans.map(({ handle }) => handle).toReversed(),
    )
  })

  it('takes at most five subgraph requests, each with at most three SQL statements', async () => {
    const { star } = await makeCommunity(4, 3)
    await using gateway = await startRecordingGateway()
    const { user } = await gqlData<Profile>(PROFILE, { handle: star.handle }, { url: gateway.url })
    expect(user?.followers?.nodes).toHaveLength(4)
    expect(gateway.exchanges.length).toBeLessThanOrEqual(5)
    expect(gateway.exchanges.map(({ subgraph }) => subgraph)).toContain('posts')
    for (const { statements } of gateway.exchanges) {
      expect(statements).toBeGreaterThanOrEqual(1)
      expect(statements).toBeLessThanOrEqual(3)
    }
  })

  it('is null, without an error, for an unknown handle', async () => {
    const { status, body } = await gql(PROFILE, { handle: 'nobody_has_this' })
    expect(status).toBe(200)
    expect(body).toEqual({ data: { user: null } })
  })
})
