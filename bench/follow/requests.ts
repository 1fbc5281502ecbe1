import type { Pool } from 'undici'
import type { Person } from '../change-log/system/people.ts'

export const VARIANTS = ['saga', 'before'] as const
export type Variant = (typeof VARIANTS)[number]

const FOLLOWED = 'user { id followerCount viewerFollows }'
const follow = (fields: string) =>
  `mutation ($userId: ID!) { follow(input: { userId: $userId }) { __typename ... on FollowSuccess { ${fields} } } }`
const FOLLOW: Record<Variant, string> = {
  saga: follow(`followState ${FOLLOWED}`),
  before: follow(FOLLOWED),
}
const PAGE = `query ($handle: String!) {
  user(handle: $handle) { followerCount followingCount followers(first: 100) { edges { followedAt node { id } } } }
}`

/** Each person follows each other person once: the nth follow. */
export function nthPair(people: readonly Person[], n: number): { by: Person; userId: string } {
  const nth = n % people.length
  const distance = Math.floor(n / people.length) + 1
  const [by, other] = [people[nth], people[(nth + distance) % people.length]]
  if (!by || !other || distance >= people.length) throw new Error('Everybody follows everybody.')
  return { by, userId: other.id }
}

type Followed = {
  follow: { __typename: string; followState?: string; user?: { viewerFollows: boolean | null } }
}

/** @returns whether the follow had begun when the response was sent */
export async function sendFollow(
  pool: Pool,
  variant: Variant,
  pair: ReturnType<typeof nthPair>,
): Promise<boolean> {
  const data = await send<Followed>(
    pool,
    { query: FOLLOW[variant], variables: { userId: pair.userId } },
    pair.by,
  )
  const { __typename, followState = 'FOLLOWING', user } = data.follow
  if (__typename !== 'FollowSuccess') throw new Error(`a follow was answered with ${JSON.stringify(data)}`)
  return followState === 'FOLLOWING' && user?.viewerFollows === true
}

type Page = { user: { followerCount: number; followers: { edges: unknown[] } } | null }

/** Reads counts and the latest hundred followers. */
export async function readPage(pool: Pool, handle: string): Promise<void> {
  const { user } = await send<Page>(pool, { query: PAGE, variables: { handle } })
  if (user?.followers.edges.length !== 100) throw new Error(`${handle} has no page of followers`)
}

async function send<Data>(pool: Pool, body: object, person?: Person): Promise<Data> {
  const headers = {
    'content-type': 'application/json',
    ...(person && { authorization: `Bearer ${person.token}` }),
  }
  const response = await pool.request({
    method: 'POST',
    path: '/graphql',
    headers,
    body: JSON.stringify(body),
  })
  const result = (await response.body.json()) as { data?: Data; errors?: unknown }
  if (!result.data || result.errors)
    throw new Error(`the gateway answered ${JSON.stringify(result).slice(0, 500)}`)
  return result.data
}
