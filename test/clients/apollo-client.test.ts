import { ApolloClient, ApolloLink, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { relayStylePagination } from '@apollo/client/utilities'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { filter, firstValueFrom } from 'rxjs'
import { beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { consistencyLink } from '../../docs/clients/apollo-consistency-link.ts'
import { root } from '../../platform/root.ts'
import { gqlData, signUpUser, type SignedUpUser } from '../support/client.ts'

const POSTS = gql`
  query Posts($handle: String!, $after: String) {
    user(handle: $handle) {
      id
      handle
      posts(first: 2, after: $after) {
        edges {
          cursor
          node {
            id
            ...Shown
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  }
  fragment Shown on Post {
    text
    likeCount
    viewerHasLiked
  }
`
const LIKE = gql`
  mutation Like($postId: ID!) {
    likePost(input: { postId: $postId }) {
      ... on LikePostSuccess {
        post {
          id
          likeCount
          viewerHasLiked
        }
      }
      ...Failure
    }
  }
  fragment Failure on UserError {
    path
    message
  }
`
const POST = gql`
  mutation Post($text: String!) {
    createPost(input: { text: $text }) {
      ... on CreatePostSuccess {
        post {
          id
          text
          likeCount
          viewerHasLiked
        }
      }
    }
  }
`
const NODE = gql`
  query Node($id: ID!) {
    node(id: $id) {
      id
      ... on Post {
        text
        likeCount
      }
      ... on User {
        handle
      }
    }
  }
`

type Post = { id: string; text: string; likeCount: number; viewerHasLiked: boolean }
type Posts = {
  user: {
    id: string
    posts: { edges: { node: Post }[]; pageInfo: { hasNextPage: boolean; endCursor: string } }
  }
}

let possibleTypes: Record<string, string[]>
let user: SignedUpUser
let client: ApolloClient

beforeAll(async () => {
  const file = await readFile(join(root, 'schema/possible-types.json'), 'utf8')
  possibleTypes = JSON.parse(file) as typeof possibleTypes
  user = await signUpUser('apollo')
  for (let i = 0; i < 5; i++) {
    const variables = { text: `post ${i}` }
    await gqlData(
      'mutation ($text: String!) { createPost(input: { text: $text }) { __typename } }',
      variables,
      user,
    )
  }
})

beforeEach(() => {
  const headers = { authorization: `Bearer ${user.token}` }
  client = new ApolloClient({
    cache: new InMemoryCache({
      possibleTypes,
      typePolicies: { User: { fields: { posts: relayStylePagination(['filter']) } } },
    }),
    link: ApolloLink.from([consistencyLink(), new HttpLink({ uri: inject('system').gatewayUrl, headers })]),
  })
})

async function watch() {
  await client.query({ query: POSTS, variables: { handle: user.handle } })
  const query = client.watchQuery<Posts>({ query: POSTS, variables: { handle: user.handle } })
  const subscription = query.subscribe(() => {})
  const posts = () => (query.getCurrentResult().data as Posts | undefined)?.user.posts
  const texts = () => posts()?.edges.map(({ node }) => node.text)
  return { query, posts, texts, [Symbol.dispose]: () => subscription.unsubscribe() }
}

test('fetchMore with relayStylePagination joins the pages', async () => {
  using watched = await watch()
  expect(watched.texts()).toEqual(['post 4', 'post 3'])
  for (const count of [4, 5]) {
    const after = watched.posts()?.pageInfo.endCursor
    // What is watched changes a moment after `fetchMore` has its page.
    const joined = firstValueFrom(watched.query.pipe(filter(() => watched.texts()?.length === count)))
    await watched.query.fetchMore({ variables: { after } })
    await joined
  }
  expect(watched.posts()?.pageInfo.hasNextPage).toBe(false)
  expect(watched.texts()).toEqual(['post 4', 'post 3', 'post 2', 'post 1', 'post 0'])
})

test('a like is shown optimistically and then from the response, without an update function', async () => {
  using watched = await watch()
  const first = () => watched.posts()?.edges[0]?.node
  const postId = first()?.id
  // Somebody else's like, of which this client knows nothing yet.
  const other = await signUpUser('other')
  await gqlData(
    'mutation ($postId: ID!) { likePost(input: { postId: $postId }) { __typename } }',
    { postId },
    other,
  )
  const post = { __typename: 'Post', id: postId, likeCount: 1, viewerHasLiked: true }
  const optimisticResponse = { likePost: { __typename: 'LikePostSuccess', post } }
  const liking = client.mutate({ mutation: LIKE, variables: { postId }, optimisticResponse })
  expect(first()).toMatchObject({ likeCount: 1, viewerHasLiked: true })
  await liking
  expect(first()).toMatchObject({ likeCount: 2, viewerHasLiked: true })
  const { data } = await client.query({ query: NODE, variables: { id: postId } })
  expect(data).toMatchObject({ node: { __typename: 'Post', id: postId, likeCount: 2 } })
})

test('cache.updateQuery adds a new post to the cached list', async () => {
  using watched = await watch()
  await client.mutate<{ createPost: { post: Post } }>({
    mutation: POST,
    variables: { text: 'new' },
    update(cache, { data }) {
      const post = data?.createPost.post
      const variables = { handle: user.handle }
      cache.updateQuery<Posts>({ query: POSTS, variables }, (shown) => {
        if (!shown || !post) return
        const { posts } = shown.user
        const edge = { __typename: 'PostEdge', cursor: '', node: post }
        return { user: { ...shown.user, posts: { ...posts, edges: [edge, ...posts.edges] } } }
      })
    },
  })
  expect(watched.texts()?.[0]).toBe('new')
})

test('an expected failure of a mutation is data: the fragment on the interface matches by possibleTypes', async () => {
  const { data, error } = await client.mutate({ mutation: LIKE, variables: { postId: 'nothing' } })
  expect(error).toBeUndefined()
  expect(data).toMatchObject({
    likePost: {
      __typename: 'InvalidInput',
      path: ['input'],
      message: expect.any(String) as string,
    },
  })
})

test('error policies: an error of one field rejects, or keeps the rest of the data', async () => {
  const options = {
    query: POSTS,
    variables: { handle: user.handle, after: 'nothing' },
    fetchPolicy: 'no-cache',
  } as const
  await expect(client.query(options)).rejects.toThrow(CombinedGraphQLErrors)
  const { data, error } = await client.query<Posts>({ ...options, errorPolicy: 'all' })
  expect(data).toMatchObject({ user: { id: user.id, posts: null } })
  expect(CombinedGraphQLErrors.is(error) && error.errors).toMatchObject([
    { path: ['user', 'posts'], extensions: { code: 'BAD_USER_INPUT' } },
  ])
})
