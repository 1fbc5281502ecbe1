import { inject } from 'vitest'
import type { Viewer } from '../../platform/internal-auth.ts'
import type { GraphQLError } from '../support/client.ts'
import { callSubgraph } from '../support/subgraph.ts'
import { signUpPeople } from './people.ts'

/** People for the tests of one file. */
const PEOPLE = 1_500
const people = await signUpPeople(inject('system').databaseUrls.users, PEOPLE)

/** A user whom nobody has seen before. */
export function someone(): Viewer {
  const person = people.pop()
  if (!person) throw new Error(`A file of tests has at most ${PEOPLE} people.`)
  return person
}

export const COMMANDS = [
  'follow',
  'unfollow',
  'cancelFollowRequest',
  'removeFollower',
  'block',
  'unblock',
] as const
export type Command = (typeof COMMANDS)[number]

export const COUNTS =
  'id followerCount followingCount viewerFollows viewerFollowState followsViewer viewerBlocks'
export type Counts = {
  id: string
  followerCount: number
  followingCount: number
  viewerFollows: boolean | null
  viewerFollowState: 'NONE' | 'REQUESTED' | 'FOLLOWING' | null
  followsViewer: boolean | null
  viewerBlocks: boolean | null
}

/** Any payload: which fields are there, `__typename` says. */
export type Payload = {
  __typename: string
  user?: Counts
  viewer?: Counts
  followState?: string
  code?: string
  path?: string[]
  message?: string
  issues?: { path: string[]; message: string }[]
}

/** Sends one command about a user and returns its payload. A follow has begun then, however long its decision took. */
export async function act(
  viewer: Viewer | null,
  command: Command,
  userId: string,
  idempotencyKey?: string,
): Promise<Payload> {
  const payload = await send(viewer, command, userId, idempotencyKey)
  if (payload.followState !== 'REQUESTED') return payload
  await decided(viewer, userId)
  return act(viewer, command, userId, idempotencyKey)
}

/** Resolves when the viewer has no request to follow the user. */
export async function decided(viewer: Viewer | null, userId: string): Promise<void> {
  while ((await countsOf(viewer, userId)).viewerFollowState === 'REQUESTED');
}

/** Sends one command about a user and returns its payload; throws on a top-level error. */
export async function send(
  viewer: Viewer | null,
  command: Command,
  userId: string,
  idempotencyKey?: string,
): Promise<Payload> {
  const type = `${command.slice(0, 1).toUpperCase()}${command.slice(1)}`
  const { body } = await callSubgraph<{ result: Payload }>(
    'followers',
    viewer,
    `mutation ($input: ${type}Input!) { result: ${command}(input: $input) {
      __typename
      ... on ${type}Success { ${command === 'follow' ? 'followState ' : ''}user { ${COUNTS} } viewer { ${COUNTS} } }
      ... on UserError { code path message }
      ... on InvalidInput { issues { path message } }
    } }`,
    { input: { userId, idempotencyKey } },
  )
  if (body.errors || !body.data) throw new Error(`${command}: ${JSON.stringify(body)}`)
  return body.data.result
}

export type Answer<Fields> = { users: Fields[]; errors?: GraphQLError[]; statements: number | null }

/** Fields of users that the followers subgraph contributes, as the viewer sees them. */
export async function look<Fields>(
  viewer: Viewer | null,
  ids: readonly string[],
  fields: string,
): Promise<Answer<Fields>> {
  const { body, statements } = await callSubgraph<{ _entities: Fields[] }>(
    'followers',
    viewer,
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { ${fields} } } }`,
    { of: ids.map((id) => ({ __typename: 'User', id })) },
  )
  if (!body.data) throw new Error(`no data: ${JSON.stringify(body)}`)
  return { users: body.data._entities, statements, ...(body.errors && { errors: body.errors }) }
}

/** Counts and flags of one user, as the viewer sees them. */
export async function countsOf(viewer: Viewer | null, id: string): Promise<Counts> {
  const [counts] = (await look<Counts>(viewer, [id], COUNTS)).users
  if (!counts) throw new Error(`no counts of ${id}`)
  return counts
}

type Ids = { list: { nodes: { id: string }[] } | null }

/** Ids of a list of up to 100, in its order; null if the list is. */
export async function listOf(
  viewer: Viewer | null,
  id: string,
  list: 'followers' | 'following' | 'followersYouKnow',
): Promise<string[] | null> {
  const [found] = (await look<Ids>(viewer, [id], `list: ${list}(first: 100) { nodes { id } }`)).users
  return found?.list?.nodes.map((node) => node.id) ?? null
}
