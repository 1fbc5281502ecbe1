import { ask } from './client.ts'
import type { Person } from './people.ts'
import type { World } from './deed.ts'
import type { Expectation } from './register.ts'

/** A fact that a read must show. `shown`: it did. `stale`: the response says that it may not. */
export type Fact = { operation: string; verdict: 'shown' | 'missing' | 'stale'; what: string }

/** The facts of a read. Empty if it had no response. */
export type ReadResult = { kind: 'answered'; facts: Fact[] } | { kind: 'unanswered'; reason: string }

const READ = `query ($user: ID!, $post: ID!) {
  viewer { user { handle bio } }
  user: node(id: $user) { ... on User { viewerFollows handle } }
  post(id: $post) { text viewerHasLiked author { handle } }
}`

type Data = {
  viewer?: { user?: { handle?: string; bio?: string } } | null
  user?: { viewerFollows?: boolean | null; handle?: string } | null
  post?: { text?: string; viewerHasLiked?: boolean | null; author?: { handle?: string } | null } | null
}

/**
 * Reads the own profile, another user and one of their posts, with the tokens of both users. All writes of both that were
 * acknowledged before must be visible.
 */
export async function verifyRead(
  url: string,
  { people, generations }: World,
  person: Person,
  traceId: string,
): Promise<ReadResult> {
  const other = person.random.pick(people)
  const posts = [...other.posts].filter(([, { generation }]) => generation === generations.posts)
  const [postId = NO_POST, post] = posts.length > 0 ? person.random.pick(posts.slice(-10)) : []
  const expected = {
    handle: person.handle.expect(),
    bio: person.bio.expect(),
    follows: person.follows.get(other.id)?.expect() ?? null,
    likes: person.likes.get(postId)?.expect() ?? null,
    text: post?.text.expect() ?? null,
    author: other.handle.expect(),
  }
  const tokens = new Set([person.consistency, other.consistency].filter((token) => token !== null))
  const response = await ask(url, {
    query: READ,
    variables: { user: other.id, post: postId },
    accessToken: person.accessToken,
    consistency: tokens.size > 0 ? [...tokens].join(', ') : null,
    traceId,
  })
  if (response.kind !== 'answered') return { kind: 'unanswered', reason: response.reason }
  const { data, errors = [], extensions } = response.body
  if (!data) return { kind: 'unanswered', reason: `${errors[0]?.extensions?.code}: ${errors[0]?.message}` }
  const { viewer, user, post: shown } = data as Data
  const stale = extensions?.stale?.includes('users') === true
  const failed = (path: string) => errors.some((error) => error.path === undefined || error.path[0] === path)
  const facts: Fact[] = []
  const judge = (
    what: string,
    path: string,
    expectation: Expectation | null,
    value: unknown,
    mayBeStale = false,
  ) => {
    if (!expectation || failed(path)) return
    const right = expectation.accepts(value)
    const verdict = right ? 'shown' : mayBeStale && stale ? 'stale' : 'missing'
    facts.push({ operation: expectation.operation, verdict, what: `${what} is ${JSON.stringify(value)}` })
  }
  judge('the own handle', 'viewer', expected.handle, viewer?.user?.handle)
  judge('the own bio', 'viewer', expected.bio, viewer?.user?.bio)
  judge(`following ${other.id}`, 'user', expected.follows, String(user?.viewerFollows))
  judge(`the handle of ${other.id}`, 'user', expected.author, user?.handle)
  // It may be deleted in the meantime.
  if (post && other.posts.has(postId)) {
    judge(`the text of ${postId}`, 'post', expected.text, shown?.text?.split(' ')[0])
    judge(`the author of ${postId}`, 'post', expected.author, shown?.author?.handle, true)
    judge(`liking ${postId}`, 'post', expected.likes, String(shown?.viewerHasLiked))
  }
  return { kind: 'answered', facts }
}

/** An id that does not exist. */
const NO_POST = 'post_00000000000000000000000000'
