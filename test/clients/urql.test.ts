import { createClient, fetchExchange, type Client } from '@urql/core'
import { cacheExchange, type CacheExchangeOpts } from '@urql/exchange-graphcache'
import { relayPagination } from '@urql/exchange-graphcache/extras'
import { buildSchema, introspectionFromSchema } from 'graphql'
import { readFile } from 'node:fs/promises'
import { beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { consistencyExchange } from '../../docs/clients/urql-consistency-exchange.ts'
import { embeddedKeys } from '../../docs/clients/urql-keys.ts'
import { gqlData, signUpUser, type SignedUpUser } from '../support/client.ts'
import { apiSchema } from './support/project.ts'

const POSTS = `query Posts($handle: String!, $after: String) {
  user(handle: $handle) {
    id handle
    posts(first: 2, after: $after) {
      edges { cursor node { id text likeCount viewerHasLiked author { id handle } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`
const LIKE = `mutation Like($input: LikePostInput!) {
  likePost(input: $input) {
    __typename
    ... on LikePostSuccess { post { id likeCount viewerHasLiked } }
    ... on UserError { code message path }
    ... on InvalidInput { issues { path message } }
  }
}`

type Post = { id: string; text: string; likeCount: number; viewerHasLiked: boolean }
type Posts = {
  user: { posts: { edges: { node: Post }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
}

let introspection: ReturnType<typeof introspectionFromSchema>
let user: SignedUpUser
let client: Client
const warnings: string[] = []

beforeAll(async () => {
  introspection = introspectionFromSchema(buildSchema(await readFile(apiSchema, 'utf8')))
  user = await signUpUser('urql')
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
  warnings.length = 0
  const cache: Partial<CacheExchangeOpts> = {
    schema: introspection,
    keys: embeddedKeys(introspection),
    resolvers: { User: { posts: relayPagination() } },
    optimistic: {
      likePost(args, store) {
        const { postId } = args['input'] as { postId: string }
        const count = store.resolve({ __typename: 'Post', id: postId }, 'likeCount') as number
        const post = { __typename: 'Post', id: postId, likeCount: count + 1, viewerHasLiked: true }
        return { __typename: 'LikePostSuccess', post }
      },
    },
    logger: (severity, message) => void warnings.push(`${severity}: ${message}`),
  }
  client = createClient({
    url: inject('system').gatewayUrl,
    preferGetMethod: false,
    exchanges: [cacheExchange(cache), consistencyExchange(), fetchExchange],
    fetchOptions: { headers: { authorization: `Bearer ${user.token}` } },
  })
})

const page = (after: string | null) => client.query<Posts>(POSTS, { handle: user.handle, after }).toPromise()
const withoutDebug = () => warnings.filter((text) => !text.startsWith('debug'))

test('graphcache joins the pages of a connection, without a warning', async () => {
  let after: string | null = null
  let texts: string[] = []
  do {
    const { data, error } = await page(after)
    expect(error).toBeUndefined()
    const posts: Posts['user']['posts'] | undefined = data?.user.posts
    texts = posts?.edges.map(({ node }) => node.text) ?? []
    after = posts?.pageInfo.hasNextPage ? posts.pageInfo.endCursor : null
  } while (after)
  expect(texts).toEqual(['post 4', 'post 3', 'post 2', 'post 1', 'post 0'])
  expect(withoutDebug()).toEqual([])
})

test('a like is shown optimistically and then from the response', async () => {
  const { data } = await page(null)
  const postId = data?.user.posts.edges[0]?.node.id
  // Somebody else's like, of which this client knows nothing yet.
  const other = await signUpUser('other')
  await gqlData(
    'mutation ($postId: ID!) { likePost(input: { postId: $postId }) { __typename } }',
    { postId },
    other,
  )
  const counts = new Set<number | undefined>()
  const { unsubscribe } = client
    .query<Posts>(POSTS, { handle: user.handle, after: null })
    .subscribe((shown) => void counts.add(shown.data?.user.posts.edges[0]?.node.likeCount))
  const liked = await client.mutation(LIKE, { input: { postId } }).toPromise()
  expect(liked.data).toMatchObject({ likePost: { post: { likeCount: 2, viewerHasLiked: true } } })
  expect([...counts]).toEqual([0, 1, 2])
  unsubscribe()
  expect(withoutDebug()).toEqual([])
})

test('an expected failure of a mutation is data, with the fields of its type', async () => {
  const { data, error } = await client.mutation(LIKE, { input: { postId: 'nothing' } }).toPromise()
  expect(error).toBeUndefined()
  expect(data).toMatchObject({
    likePost: { __typename: 'InvalidInput', issues: [{ path: ['input', 'postId'] }] },
  })
  expect(withoutDebug()).toEqual([])
})
