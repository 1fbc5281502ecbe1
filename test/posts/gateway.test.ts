import { describe, expect, it } from 'vitest'
import { gql, gqlData, signUpUser } from '../support/client.ts'

type Created = { createPost: { __typename: string; post: { id: string; author: { handle: string } } } }

const CREATE = `mutation ($input: CreatePostInput!) { createPost(input: $input) { __typename
  ... on CreatePostSuccess { post { id author { handle } } } ... on UserError { code path message } } }`

describe('posts through the gateway', () => {
  it('are created by the viewer, found by id, and null after their deletion', async () => {
    const { handle, token } = await signUpUser('poster')
    const { createPost } = await gqlData<Created>(CREATE, { input: { text: 'Hello' } }, { token })
    const { id, author } = createPost.post
    expect(author.handle).toBe(handle)
    const both = 'query ($id: ID!) { node(id: $id) { id ... on Post { text } } post(id: $id) { text } }'
    expect(await gqlData(both, { id })).toEqual({ node: { id, text: 'Hello' }, post: { text: 'Hello' } })
    const remove = `mutation ($input: DeletePostInput!) { deletePost(input: $input) { __typename } }`
    expect(await gqlData(remove, { input: { postId: id } }, { token })).toEqual({
      deletePost: { __typename: 'DeletePostSuccess' },
    })
    expect(await gqlData(both, { id })).toEqual({ node: null, post: null })
  })

  it('require a signed-in viewer', async () => {
    const { createPost } = await gqlData<Created>(CREATE, { input: { text: 'Hello' } })
    expect(createPost).toMatchObject({ __typename: 'Unauthenticated', code: 'UNAUTHENTICATED' })
  })

  it('lose only the invalid page', async () => {
    const { handle, token } = await signUpUser('poster')
    await gqlData<Created>(CREATE, { input: { text: 'Hello' } }, { token })
    const { status, body } = await gql(
      `query ($handle: String!) { user(handle: $handle) {
        handle bad: posts(first: 101) { nodes { id } } good: posts(first: 1) { nodes { text } } } }`,
      { handle },
    )
    expect(status).toBe(200)
    expect(body.data).toEqual({ user: { handle, bad: null, good: { nodes: [{ text: 'Hello' }] } } })
    expect(body.errors).toMatchObject([
      {
        path: ['user', 'bad'],
        message: expect.stringContaining('101'),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ])
  })
})
