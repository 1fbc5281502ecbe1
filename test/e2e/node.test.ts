import { describe, expect, it } from 'vitest'
import { formatId } from '../../contracts/ids.ts'
import { gql, gqlData } from '../support/client.ts'
import { makeCommunity } from './community.ts'

const NODE = `query ($id: ID!) {
  node(id: $id) { __typename id ... on User { handle followerCount } ... on Post { text author { handle } } }
}`
const UNKNOWN = '01890000-0000-7000-8000-000000000000'

describe('node(id:)', () => {
  it('finds a user and a post, with fields from every subgraph', async () => {
    const { star, postIds } = await makeCommunity(1, 1)
    expect(await gqlData(NODE, { id: star.id })).toEqual({
      node: { __typename: 'User', id: star.id, handle: star.handle, followerCount: 1 },
    })
    expect(await gqlData(NODE, { id: postIds[0] })).toEqual({
      node: { __typename: 'Post', id: postIds[0], text: 'post number 0', author: { handle: star.handle } },
    })
  })

  it('is null, never a stub, for ids that are unknown, deleted or malformed', async () => {
    const { star, postIds } = await makeCommunity(0, 1)
    await gqlData(
      'mutation ($id: ID!) { deletePost(input: { postId: $id }) { __typename } }',
      { id: postIds[0] },
      { token: star.token },
    )
    const ids = [postIds[0], formatId('user', UNKNOWN), formatId('post', UNKNOWN), 'user_x', 'nonsense', '']
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }'
    const { body } = await gql(query, { ids })
    expect(body).toEqual({ data: { nodes: ids.map(() => null) } })
    expect(await gqlData('query ($id: ID!) { node(id: $id) { id } }', { id: postIds[0] })).toEqual({
      node: null,
    })
  })

  it('keeps the order of nodes, with nulls for missing ones', async () => {
    const { star, fans, postIds } = await makeCommunity(1, 1)
    const ids = [fans[0]?.id, formatId('user', UNKNOWN), postIds[0], star.id]
    const { nodes } = await gqlData<{ nodes: ({ id: string } | null)[] }>(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      { ids },
    )
    expect(nodes.map((node) => node?.id ?? null)).toEqual([ids[0], null, ids[2], ids[3]])
  })
})
