import { formatId } from '../../contracts/ids.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import type { GraphQLError } from '../support/client.ts'
import { callSubgraph } from '../support/subgraph.ts'

const makeId = idMaker(systemClock)

/** A viewer nobody has seen before. The subgraphs know people by their ids only. */
export function someone(): Viewer {
  return { id: formatId('user', makeId()), session: null }
}

/** The id of a post that does not exist. */
export function unknownPostId(): string {
  return formatId('post', makeId())
}

export type Answer<Data> = { data: Data; errors?: GraphQLError[]; statements: number | null }

/** Asks the posts subgraph as the viewer; null is anonymous. Throws when the answer has no data at all. */
export async function ask<Data>(
  viewer: Viewer | null,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<Answer<Data>> {
  const { body, statements } = await callSubgraph<Data>('posts', viewer, query, variables)
  if (body.data == null) throw new Error(`no data: ${JSON.stringify(body)}`)
  return { data: body.data, statements, ...(body.errors && { errors: body.errors }) }
}

export const POST = `id text version createdAt editedAt likeCount replyCount viewerHasLiked author { id }
  replyTo { id } edits(first: 100) { nodes { version text } }`

export type PostView = {
  id: string
  text: string
  version: number
  createdAt: string
  editedAt: string | null
  likeCount: number
  replyCount: number
  viewerHasLiked: boolean | null
  author: { id: string }
  replyTo: { id: string } | null
  edits: { nodes: { version: number; text: string }[] }
}

/** Any payload: which fields are there, `__typename` says. */
export type Payload = {
  __typename: string
  post?: PostView
  postId?: string
  code?: string
  path?: string[]
  message?: string
  issues?: { path: string[]; message: string }[]
  currentVersion?: number
}

const SUCCESS = {
  createPost: `post { ${POST} }`,
  replyToPost: `post { ${POST} }`,
  editPost: `post { ${POST} }`,
  deletePost: 'postId',
  likePost: `post { ${POST} }`,
  unlikePost: `post { ${POST} }`,
} as const

/** Sends one mutation and returns its payload; throws on a top-level error. */
export async function mutate(
  viewer: Viewer | null,
  mutation: keyof typeof SUCCESS,
  input: Record<string, unknown>,
): Promise<Payload> {
  const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}`
  const { data, errors } = await ask<{ result: Payload }>(
    viewer,
    `mutation ($input: ${type}Input!) { result: ${mutation}(input: $input) {
      __typename
      ... on ${type}Success { ${SUCCESS[mutation]} }
      ... on UserError { code path message }
      ... on InvalidInput { issues { path message } }
      ${mutation === 'editPost' ? '... on StaleVersion { currentVersion }' : ''}
    } }`,
    { input },
  )
  if (errors) throw new Error(`${mutation}: ${JSON.stringify(errors)}`)
  return data.result
}

/** The post that a mutation made or changed; throws if it failed. */
export async function changed(payload: Promise<Payload> | Payload): Promise<PostView> {
  const { post, __typename, message } = await payload
  if (!post) throw new Error(`${__typename}: ${message}`)
  return post
}

export function publish(author: Viewer, text = 'Hello'): Promise<PostView> {
  return changed(mutate(author, 'createPost', { text }))
}

/** The post as the viewer sees it; null if it is not there. */
export async function read(viewer: Viewer | null, id: string): Promise<PostView | null> {
  const { data } = await ask<{ post: PostView | null }>(
    viewer,
    `query ($id: ID!) { post(id: $id) { ${POST} } }`,
    {
      id,
    },
  )
  return data.post
}

/** Fields of a user that the posts subgraph contributes. */
export async function askUser<Fields>(
  viewer: Viewer | null,
  id: string,
  fields: string,
  variables: Record<string, unknown> = {},
  declared = '',
): Promise<Answer<Fields>> {
  const { data, ...rest } = await ask<{ _entities: [Fields] }>(
    viewer,
    `query ($of: [_Any!]!${declared}) { _entities(representations: $of) { ... on User { ${fields} } } }`,
    { of: [{ __typename: 'User', id }], ...variables },
  )
  return { data: data._entities[0], ...rest }
}

export async function postCount(id: string): Promise<number> {
  return (await askUser<{ postCount: number }>(null, id, 'postCount')).data.postCount
}
