import { describe, expect, it } from 'vitest'
import type { Viewer } from '../../platform/internal-auth.ts'
import { ask, mutate, publish, read, someone, unknownPostId } from './api.ts'

const like = (viewer: Viewer, postId: string) => mutate(viewer, 'likePost', { postId })
const unlike = (viewer: Viewer, postId: string) => mutate(viewer, 'unlikePost', { postId })

describe('liking a post', () => {
  it('twice counts once, and unliking twice decrements once', async () => {
    const viewer = someone()
    const { id } = await publish(someone())
    for (let i = 0; i < 2; i++) {
      expect(await like(viewer, id)).toMatchObject({ post: { likeCount: 1, viewerHasLiked: true } })
    }
    expect(await read(someone(), id)).toMatchObject({ likeCount: 1, viewerHasLiked: false })
    expect(await read(null, id)).toMatchObject({ likeCount: 1, viewerHasLiked: null })
    for (let i = 0; i < 2; i++) {
      expect(await unlike(viewer, id)).toMatchObject({ post: { likeCount: 0, viewerHasLiked: false } })
    }
  })

  it('by 50 users at once counts 50', async () => {
    const { id } = await publish(someone())
    const fans = Array.from({ length: 50 }, someone)
    const payloads = await Promise.all(fans.map((fan) => like(fan, id)))
    expect(payloads.every(({ __typename }) => __typename === 'LikePostSuccess')).toBe(true)
    expect(await read(null, id)).toMatchObject({ likeCount: 50 })
    expect(new Set(await likersOf(id))).toEqual(new Set(fans.map((fan) => fan.id)))
  })

  it('by one user ten times at once counts 1', async () => {
    const { id } = await publish(someone())
    const fan = someone()
    await Promise.all(Array.from({ length: 10 }, () => like(fan, id)))
    expect(await read(fan, id)).toMatchObject({ likeCount: 1, viewerHasLiked: true })
  })

  it('and unliking concurrently leaves a count equal to the number of likers', async () => {
    const { id } = await publish(someone())
    const fans = Array.from({ length: 8 }, someone)
    await Promise.all(fans.flatMap((fan) => [like(fan, id), unlike(fan, id), like(fan, id), unlike(fan, id)]))
    const likers = await likersOf(id)
    expect(await read(null, id)).toMatchObject({ likeCount: likers.length })
    for (const fan of fans)
      expect(await read(fan, id)).toMatchObject({ viewerHasLiked: likers.includes(fan.id) })
  })

  it('lists the latest liker first', async () => {
    const { id } = await publish(someone())
    const fans = Array.from({ length: 4 }, someone)
    for (const fan of fans) await like(fan, id)
    const { data } = await ask<{ post: { likers: { edges: { likedAt: string; node: { id: string } }[] } } }>(
      null,
      'query ($id: ID!) { post(id: $id) { likers { edges { likedAt node { id } } } } }',
      { id },
    )
    const places = data.post.likers.edges.map(({ likedAt, node }) => `${likedAt} ${node.id}`)
    expect(places).toEqual(places.toSorted().toReversed())
    expect(places).toHaveLength(4)
  })

  it('adds it to the viewer’s likes, the latest first, until it is unliked or deleted', async () => {
    const [fan, author] = [someone(), someone()]
    const posts = [await publish(author, 'a'), await publish(author, 'b'), await publish(author, 'c')]
    for (const { id } of posts) await like(fan, id)
    await like(author, posts[0]?.id ?? '')
    expect(await likedBy(fan)).toEqual(['c', 'b', 'a'])
    expect(await likedBy(fan, '(last: 1)')).toEqual(['a'])
    await unlike(fan, posts[1]?.id ?? '')
    await mutate(author, 'deletePost', { postId: posts[2]?.id })
    expect(await likedBy(fan)).toEqual(['a'])
    for (const other of [author, null]) expect(await likedBy(fan, '', other)).toBeNull()
  })

  it('requires an existing post', async () => {
    for (const act of [like, unlike]) {
      expect(await act(someone(), unknownPostId())).toMatchObject({ __typename: 'NotFound' })
    }
  })
})

/** Texts of the posts that somebody likes, as `viewer` sees them; null: not for their eyes. */
async function likedBy(fan: Viewer, page = '', viewer: Viewer | null = fan): Promise<string[] | null> {
  const { data } = await ask<{
    _entities: [{ likedPosts: { edges: { likedAt: string; node: { text: string } }[] } } | null]
  }>(
    viewer,
    `query ($of: [_Any!]!) { _entities(representations: $of) {
      ... on Viewer { likedPosts${page} { edges { likedAt node { text } } } } } }`,
    { of: [{ __typename: 'Viewer', id: fan.id.replace('user_', 'viewer_') }] },
  )
  return data._entities[0]?.likedPosts.edges.map(({ node }) => node.text) ?? null
}

async function likersOf(id: string): Promise<string[]> {
  const { data } = await ask<{ post: { likers: { nodes: { id: string }[] } } }>(
    null,
    'query ($id: ID!) { post(id: $id) { likers(first: 100) { nodes { id } } } }',
    { id },
  )
  return data.post.likers.nodes.map((node) => node.id)
}
