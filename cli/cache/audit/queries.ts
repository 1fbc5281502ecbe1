import type { Random } from '../../../local/seed/random.ts'
import type { Candidate } from './candidates.ts'
import type { Fact } from './history.ts'
import { registers, type Value } from './registers.ts'

type Object = Readonly<Record<string, unknown>>

/** A query, and what its response shows. */
export type Query = {
  /** For messages. */
  what: string
  text: string
  variables: Readonly<Record<string, string>>
  factsOf: (data: Object) => Fact[]
}

const USER = 'query AuditedUser($handle: String!) { user(handle: $handle) { id version } }'
const PROFILE = `query AuditedProfile($handle: String!) { user(handle: $handle) {
  id version name followerCount followingCount postCount
  posts(first: 5) { nodes { id version text likeCount replyCount } }
} }`
const POST = 'query AuditedPost($id: ID!) { post(id: $id) { id version text likeCount replyCount } }'
const HANDLE = 'query HandleOf($id: ID!) { node(id: $id) { ... on User { handle } } }'

/** A read of a user, a profile or a post. */
export function queryOf(candidate: Candidate, random: Random): Query {
  if (candidate.kind === 'post') {
    const { id } = candidate
    return { what: `post ${id}`, text: POST, variables: { id }, factsOf: ({ post }) => postFacts(id, post) }
  }
  const { id, handle } = candidate
  if (handle === null) {
    const learn = ({ node }: Object) => {
      const found = isObject(node) ? node['handle'] : null
      if (typeof found === 'string') candidate.handle = found
      return []
    }
    return { what: `user ${id}`, text: HANDLE, variables: { id }, factsOf: learn }
  }
  const profile = random.chance(0.5)
  return {
    what: `${profile ? 'profile' : 'user'} ${handle}`,
    text: profile ? PROFILE : USER,
    variables: { handle },
    factsOf: ({ user }) => userFacts(handle, user),
  }
}

function userFacts(handle: string, user: unknown): Fact[] {
  const id = isObject(user) ? String(user['id']) : null
  const facts: Fact[] = [{ register: registers.handle(handle), value: id }]
  if (id === null || !isObject(user)) return facts
  const posts = isObject(user['posts']) ? user['posts']['nodes'] : []
  return [
    ...facts,
    ...shown(registers.version(id), user['version']),
    ...shown(registers.followers(id), user['followerCount']),
    ...shown(registers.following(id), user['followingCount']),
    ...shown(registers.posts(id), user['postCount']),
    ...(Array.isArray(posts) ? posts : []).flatMap((post: unknown) =>
      isObject(post) ? postFacts(String(post['id']), post) : [],
    ),
  ]
}

function postFacts(id: string, post: unknown): Fact[] {
  if (!isObject(post)) return [{ register: registers.version(id), value: null }]
  return [
    ...shown(registers.version(id), post['version']),
    ...shown(registers.likes(id), post['likeCount']),
    ...shown(registers.replies(id), post['replyCount']),
  ]
}

/** Nothing if the query did not ask for the value. */
function shown(register: string, value: unknown): Fact[] {
  return typeof value === 'number' ? [{ register, value: value satisfies Value }] : []
}

function isObject(value: unknown): value is Object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
