import { expect, test } from 'vitest'
import { gqlData } from '../support/client.ts'
import { person } from '../posts/person.ts'

test('the viewer is the signed-in user, with private fields from several services', async () => {
  const [fan, author] = [await person('fan'), await person('author')]
  const postId = await author.post('a good one')
  const liked = await fan.ask(
    `mutation ($postId: ID!) { likePost(input: { postId: $postId }) { __typename } }`,
    {
      postId,
    },
  )
  expect(liked.errors).toBeUndefined()
  const { data, errors } = await fan.ask<{ viewer: { id: string } }>(`{
    viewer {
      id
      user { id handle postCount followerCount }
      likedPosts { nodes { text author { handle } } }
      sessions { nodes { isCurrent } }
    }
  }`)
  expect(errors).toBeUndefined()
  expect(data).toEqual({
    viewer: {
      id: fan.id.replace('user_', 'viewer_'),
      user: { id: fan.id, handle: fan.handle, postCount: 0, followerCount: 0 },
      likedPosts: { nodes: [{ text: 'a good one', author: { handle: author.handle } }] },
      sessions: { nodes: [{ isCurrent: true }] },
    },
  })
  expect(await gqlData('{ viewer { likedPosts { nodes { id } } } }')).toEqual({ viewer: null })
  const { data: found } = await fan.ask('query ($id: ID!) { node(id: $id) { id } }', { id: data?.viewer.id })
  expect(found).toEqual({ node: null })
})
