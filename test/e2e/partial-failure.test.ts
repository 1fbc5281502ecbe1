import { Client } from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { makeUuid, parseIdOf } from '../../contracts/ids.ts'
import { gql } from '../support/client.ts'
import { startOwnSystem } from '../support/own-system.ts'
import { makeCommunity } from './community.ts'
import { PROFILE, type Profile } from './profile-query.ts'

describe('partial failure', () => {
  it('a missing user in a list is null, with one error at its path', async () => {
    const { star, fans } = await makeCommunity(2, 0)
    await followAsGhost(star.id)
    const { body } = await gql<Profile>(PROFILE, { handle: star.handle })
    const names = body.data?.user?.followers?.nodes.map((fan) => fan?.handle ?? null)
    expect(names).toEqual([null, fans[1]?.handle, fans[0]?.handle])
    expect(body.errors).toHaveLength(1)
    expect(body.errors?.[0]?.path?.slice(0, 4)).toEqual(['user', 'followers', 'nodes', 0])
  })

  it('a subgraph that is down costs only its own fields, and the page is complete when it is back', async () => {
    // With the cache, the page would be complete for some seconds.
    await using system = await startOwnSystem({ env: { CACHE: 'off' } })
    const url = system.gatewayUrl
    const { star } = await makeCommunity(1, 1, { url })
    const whole = (await gql<Profile>(PROFILE, { handle: star.handle }, { url })).body
    expect(whole.errors).toBeUndefined()

    await system.kill('followers')
    const withoutFollowers = (await gql<Profile>(PROFILE, { handle: star.handle }, { url })).body
    expect(withoutFollowers.data?.user).toEqual({
      ...whole.data?.user,
      followerCount: null,
      followingCount: null,
      followers: null,
    })
    expect(withoutFollowers.errors).toHaveLength(1)
    expect(withoutFollowers.errors?.[0]?.extensions).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      subgraph: 'followers',
    })
    expect(withoutFollowers.errors?.[0]?.path).toEqual(['user'])

    await system.restart('followers')
    await expect.poll(async () => (await gql(PROFILE, { handle: star.handle }, { url })).body).toEqual(whole)

    await system.kill('posts')
    const withoutPosts = (await gql<Profile>(PROFILE, { handle: star.handle }, { url })).body
    expect(withoutPosts.data?.user).toEqual({ ...whole.data?.user, posts: null })

    await system.kill('users')
    const withoutUsers = (await gql<Profile>(PROFILE, { handle: star.handle }, { url })).body
    expect(withoutUsers.data).toEqual({ user: null })
    expect(withoutUsers.errors?.[0]?.extensions).toMatchObject({
      code: 'SUBGRAPH_UNAVAILABLE',
      subgraph: 'users',
    })
  })
})

/** Somebody follows who is in no users database: what is left when two databases disagree. */
async function followAsGhost(userId: string): Promise<void> {
  const client = new Client({ connectionString: inject('system').databaseUrls.followers })
  await client.connect()
  const ghost = makeUuid(Date.now(), 0, crypto.getRandomValues(new Uint8Array(9)))
  const later = new Date(Date.now() + 60_000)
  await client.query('insert into follow_period values ($1, $2, $3)', [
    ghost,
    parseIdOf('user', userId),
    later,
  ])
  await client.end()
}
