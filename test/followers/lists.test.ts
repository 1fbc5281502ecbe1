import { describe, expect, it } from 'vitest'
import { act, COUNTS, listOf, look, someone } from './api.ts'

describe('followers you know', () => {
  it('are the followers that the viewer follows', async () => {
    const [viewer, star, known, stranger, bystander] = [someone(), someone(), someone(), someone(), someone()]
    await act(known, 'follow', star.id)
    await act(stranger, 'follow', star.id)
    await act(viewer, 'follow', known.id)
    await act(viewer, 'follow', bystander.id)
    expect(await listOf(viewer, star.id, 'followersYouKnow')).toEqual([known.id])
    await act(viewer, 'follow', stranger.id)
    expect(await listOf(viewer, star.id, 'followersYouKnow')).toEqual([stranger.id, known.id])
    await act(viewer, 'unfollow', known.id)
    expect(await listOf(viewer, star.id, 'followersYouKnow')).toEqual([stranger.id])
    expect(await listOf(known, star.id, 'followersYouKnow')).toEqual([])
  })

  it('have separate cursors for each viewer', async () => {
    const [viewer, other, star, known] = [someone(), someone(), someone(), someone()]
    await act(known, 'follow', star.id)
    await act(viewer, 'follow', known.id)
    type Page = { list: { pageInfo: { endCursor: string } } | null }
    const fields = 'list: followersYouKnow { pageInfo { endCursor } }'
    const after = (await look<Page>(viewer, [star.id], fields)).users[0]?.list?.pageInfo.endCursor
    const again = await look<Page>(
      other,
      [star.id],
      `list: followersYouKnow(after: "${after}") { nodes { id } }`,
    )
    expect(again.users).toEqual([{ list: null }])
    expect(again.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })
})

describe('the cost of reading', () => {
  it('a profile’s followers and counts take two statements, for one user and for twenty', async () => {
    const stars = Array.from({ length: 20 }, someone)
    const fan = someone()
    await Promise.all(stars.map((star) => act(fan, 'follow', star.id)))
    const fields = 'followerCount followingCount followers(first: 5) { nodes { id } }'
    for (const some of [stars.slice(0, 1), stars]) {
      const { users, statements } = await look(
        null,
        some.map(({ id }) => id),
        fields,
      )
      const expected = { followerCount: 1, followingCount: 0, followers: { nodes: [{ id: fan.id }] } }
      expect(users).toEqual(some.map(() => expected))
      expect(statements).toBe(2)
    }
  })

  it('all counts and flags of a page take two statements', async () => {
    const { statements } = await look(
      someone(),
      Array.from({ length: 50 }, () => someone().id),
      COUNTS,
    )
    expect(statements).toBe(2)
  })
})

describe('an invalid page', () => {
  it.each([
    'first: 0',
    'first: 101',
    'first: 1, last: 1',
    'last: 1, after: "x"',
    'after: "mangled"',
    'before: "mangled"',
  ])('(%s) is null with an error, and the rest of the response is complete', async (args) => {
    const fields = ['followers', 'following', 'followersYouKnow'].map(
      (list) => `${list}(${args}) { nodes { id } }`,
    )
    const { users, errors } = await look(someone(), [someone().id], `followerCount ${fields.join(' ')}`)
    expect(users).toEqual([{ followerCount: 0, followers: null, following: null, followersYouKnow: null }])
    expect(errors?.map(({ extensions }) => extensions?.['code'])).toEqual(Array(3).fill('BAD_USER_INPUT'))
  })

  it('is one after a cursor of another list', async () => {
    const [fan, star] = [someone(), someone()]
    await act(fan, 'follow', star.id)
    type Page = { followers: { pageInfo: { endCursor: string } } }
    const { users } = await look<Page>(null, [star.id], 'followers { pageInfo { endCursor } }')
    const after = users[0]?.followers.pageInfo.endCursor
    const { errors } = await look(null, [star.id], `following(after: "${after}") { nodes { id } }`)
    expect(errors).toMatchObject([{ message: expect.stringContaining('another list') }])
  })
})
