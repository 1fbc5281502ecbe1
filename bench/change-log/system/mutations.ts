import type { Outgoing } from '../../support/load.ts'
import type { Person } from './people.ts'

/** Names of mutations that are measured. */
export const MUTATIONS = ['createPost', 'likePost'] as const
export type MutationName = (typeof MUTATIONS)[number]

const QUERIES = {
  createPost: `mutation ($text: String!) { createPost(input: { text: $text }) { __typename ... on CreatePostSuccess { post { id text createdAt } } } }`,
  likePost: `mutation ($postId: ID!) { likePost(input: { postId: $postId }) { __typename ... on LikePostSuccess { post { id likeCount viewerHasLiked } } } }`,
  updateProfile: `mutation ($name: String!) { updateProfile(input: { name: $name }) { __typename ... on UpdateProfileSuccess { user { id name version } } } }`,
}

/** Makes requests without end. No person likes a post twice, as that would change nothing. */
export function mutationsOf(
  name: MutationName,
  people: readonly Person[],
  postIds: readonly string[],
): () => { person: Person; body: string } {
  let i = 0
  return () => {
    const person = people[i % people.length] as Person
    const nth = Math.floor(i / people.length)
    const postId = postIds[nth]
    i++
    if (name === 'likePost' && postId === undefined) throw new Error('Everybody has liked everything.')
    const variables = name === 'likePost' ? { postId } : { text: `The ${nth}. of what I have to say.` }
    return { person, body: JSON.stringify({ query: QUERIES[name], variables }) }
  }
}

/** A change of a name. */
export function renaming(nth: number): string {
  return JSON.stringify({ query: QUERIES.updateProfile, variables: { name: `Name ${nth}` } })
}

export function toOutgoing(url: string, { token }: Person, body: string): Outgoing {
  const { pathname } = new URL(url)
  const head = [
    `POST ${pathname} HTTP/1.1`,
    'host: 127.0.0.1',
    'content-type: application/json',
    'accept: application/json',
    `authorization: Bearer ${token}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return { bytes: Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`), key: 0 }
}

/** @throws Error unless it is the success of a mutation */
export function requireSuccess(head: string, body: Buffer): void {
  if (head.startsWith('HTTP/1.1 200') && body.includes('Success"') && !body.includes('"errors"')) return
  throw new Error(`the gateway answered ${head.split('\r\n')[0]}: ${body.toString().slice(0, 500)}`)
}
