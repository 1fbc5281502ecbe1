import {
  commitMutation,
  ConnectionHandler,
  Environment,
  fetchQuery,
  getFragment,
  getRequest,
  getSingularSelector,
  type MutationParameters,
  createOperationDescriptor,
  Network,
  RecordSource,
  Store,
  type GraphQLTaggedNode,
} from 'relay-runtime'
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest'
import { fetchOperation } from '../../docs/clients/relay-network.ts'
import { gqlData, signUpUser, type SignedUpUser } from '../support/client.ts'
import { apiSchema, makeProject, type ClientProject } from './support/project.ts'

const SOURCE = `
import { graphql } from 'relay-runtime'
graphql\`query profileQuery($handle: String!) { user(handle: $handle) { id ...profile_posts } }\`
graphql\`fragment profile_posts on User
  @refetchable(queryName: "profilePostsQuery")
  @argumentDefinitions(first: { type: "Int", defaultValue: 2 }, after: { type: "String" }) {
  handle
  posts(first: $first, after: $after) @connection(key: "profile_posts") {
    edges { ...profile_edge node { id } }
    pageInfo { hasNextPage endCursor }
  }
}\`
graphql\`fragment profile_edge on PostEdge { cursor node { text likeCount viewerHasLiked createdAt } }\`
graphql\`query profileLikersQuery($id: ID!) {
  node(id: $id) {
    __typename
    ... on Post { likers(first: 5) @connection(key: "profile_likers") { edges { likedAt node { handle } } } }
  }
}\`
graphql\`mutation profileCreateMutation($input: CreatePostInput!, $connections: [ID!]!) {
  createPost(input: $input) {
    __typename
    ... on CreatePostSuccess {
      post @prependNode(connections: $connections, edgeTypeName: "PostEdge") {
        id text likeCount viewerHasLiked createdAt
      }
    }
    ... on UserError { message path }
  }
}\`
graphql\`mutation profileLikeMutation($id: ID!) {
  likePost(input: { postId: $id }) {
    __typename
    ... on LikePostSuccess { post { id likeCount viewerHasLiked } }
    ... on InvalidInput { message }
  }
}\`
`

let project: ClientProject
let user: SignedUpUser
let environment: Environment
let artifact: (name: string) => Promise<GraphQLTaggedNode>

beforeAll(async () => {
  project = await makeProject({
    'relay.config.json': JSON.stringify({
      src: './src',
      schema: apiSchema,
      language: 'typescript',
      artifactDirectory: './src/generated',
      eagerEsModules: true,
      useImportTypeSyntax: true,
      customScalarTypes: { DateTime: 'string' },
    }),
    'src/profile.ts': SOURCE,
    'src/generated/.keep': '',
  })
  await project.run('relay-compiler', 'relay.config.json')
  artifact = async (name) => {
    const module = (await import(project.path(`src/generated/${name}.graphql.ts`))) as {
      default: GraphQLTaggedNode
    }
    return module.default
  }
})
afterAll(() => project[Symbol.asyncDispose]())

beforeAll(async () => {
  user = await signUpUser('relay')
  for (let i = 0; i < 5; i++) {
    await gqlData(
      'mutation ($text: String!) { createPost(input: { text: $text }) { __typename } }',
      { text: `${i}` },
      user,
    )
  }
  const headers = () => ({ authorization: `Bearer ${user.token}` })
  environment = new Environment({
    network: Network.create(fetchOperation({ url: inject('system').gatewayUrl, headers })),
    store: new Store(new RecordSource()),
  })
})

type Post = { text: string; likeCount: number; viewerHasLiked: boolean | null }
type Posts = {
  handle: string
  posts: { edges: { node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
}

async function ask<Data>(name: string, variables: Record<string, unknown>): Promise<Data> {
  const query = await artifact(name)
  const operation = createOperationDescriptor(getRequest(query), variables)
  environment.retain(operation)
  return (await fetchQuery(environment, query, variables).toPromise()) as Data
}

type Optimistic = MutationParameters & { rawResponse: Record<string, unknown> }

/** Begins at once. */
function commit(
  mutation: GraphQLTaggedNode,
  variables: Record<string, unknown>,
  optimisticResponse: Record<string, unknown> = {},
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const config = { mutation, variables, onCompleted: resolve, onError: reject }
  const optimistic = Object.keys(optimisticResponse).length > 0
  commitMutation<Optimistic>(environment, optimistic ? { ...config, optimisticResponse } : config)
  return promise
}

/** What a component that shows a fragment gets. */
async function read<Data>(fragment: string, reference: unknown): Promise<Data> {
  const selector = getSingularSelector(getFragment(await artifact(fragment)), reference)
  if (!selector) throw new Error(`no reference to ${fragment}`)
  return environment.lookup(selector).data as Data
}

async function texts(profile: { user: unknown }): Promise<string[]> {
  const { posts } = await read<Posts>('profile_posts', profile.user)
  const edges = posts.edges.map((edge) => read<{ node: Post }>('profile_edge', edge))
  return (await Promise.all(edges)).map(({ node }) => node.text)
}

type Profile = { user: { id: string } }

test('pages of a connection that are refetched by node(id:) are joined in the store', async () => {
  const profile = await ask<Profile>('profileQuery', { handle: user.handle })
  expect(await texts(profile)).toEqual(['4', '3'])
  for (const expected of [
    ['4', '3', '2', '1'],
    ['4', '3', '2', '1', '0'],
  ]) {
    const { posts } = await read<Posts>('profile_posts', profile.user)
    expect(posts.pageInfo.hasNextPage).toBe(true)
    await ask('profilePostsQuery', { id: user.id, first: 2, after: posts.pageInfo.endCursor })
    expect(await texts(profile)).toEqual(expected)
  }
  expect((await read<Posts>('profile_posts', profile.user)).posts.pageInfo.hasNextPage).toBe(false)
})

test('a new post is added to the connection, and its like is shown optimistically and then from the response', async () => {
  const profile = await ask<Profile>('profileQuery', { handle: user.handle })
  const connections = [ConnectionHandler.getConnectionID(user.id, 'profile_posts')]
  await commit(await artifact('profileCreateMutation'), { connections, input: { text: 'new' } })
  expect((await texts(profile))[0]).toBe('new')
  const [edge] = (await read<Posts>('profile_posts', profile.user)).posts.edges
  const id = edge?.node.id
  const shown = async () => (await read<{ node: Post }>('profile_edge', edge)).node
  // Somebody else's like, of which this client knows nothing yet.
  const other = await signUpUser('other')
  await gqlData('mutation ($id: ID!) { likePost(input: { postId: $id }) { __typename } }', { id }, other)
  expect(await shown()).toMatchObject({ likeCount: 0, viewerHasLiked: false })
  const warned = vi.spyOn(console, 'error')
  const post = { id, likeCount: 1, viewerHasLiked: true }
  const likePost = { __typename: 'LikePostSuccess', post }
  const liking = commit(await artifact('profileLikeMutation'), { id }, { likePost })
  expect(await shown()).toMatchObject({ likeCount: 1, viewerHasLiked: true })
  expect(await liking).toMatchObject({ likePost: { __typename: 'LikePostSuccess' } })
  expect(await shown()).toMatchObject({ likeCount: 2, viewerHasLiked: true })
  expect(warned).not.toHaveBeenCalled()
  const by = (handle: string) => ({ likedAt: expect.any(String) as string, node: { handle } })
  expect(await ask('profileLikersQuery', { id })).toMatchObject({
    node: { likers: { edges: [by(user.handle), by(other.handle)] } },
  })
})

test('an expected failure of a mutation is data, selected by the interface', async () => {
  const mutation = await artifact('profileCreateMutation')
  expect(await commit(mutation, { connections: [], input: { text: '' } })).toEqual({
    createPost: {
      __typename: 'InvalidInput',
      message: expect.any(String) as string,
      path: expect.any(Array) as string[],
    },
  })
})
