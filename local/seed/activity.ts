import type { Uuid } from '../../contracts/ids.ts'
import { mentionsIn, type Mention } from '../../subgraphs/posts/domain/mentions.ts'
import type { EdgeList } from './graph/edge-list.ts'
import { drawFormer } from './former.ts'
import { drawLikers } from './likes.ts'
import { NAMED_USERS } from './named-users.ts'
import type { People } from './people.ts'
import type { Posts } from './posts.ts'
import { createRandom, randomUuid, type Random } from './random.ts'
import { makeBio, makePost, makeReply } from './texts.ts'
import { BASE_TIME } from './times.ts'

/*
 * The activity of the seeded users, each kind in the order of its rows. The same arguments give the same activity, so
 * that tables and events can be written one after the other and nothing is kept in memory. Users and posts are
 * identified by number; times are milliseconds since the epoch.
 */

export type SignUp = { user: number; handle: string; name: string; bio: string; at: number }
/** `replyTo`: the number of the post that it replies to, or -1. */
export type Publication = {
  post: number
  author: number
  replyTo: number
  text: string
  mentions: Mention[]
  at: number
}
export type Like = { post: number; user: number; at: number }
/** `requestId`: the request that became the follow. */
type Follow = { from: number; to: number; at: number; requestId: Uuid }
/** When a user followed another one. `ended`: when, and by which of the two. Null: still follows. */
export type FollowPeriod = Follow & { ended: { at: number; by: 'follower' | 'followee' } | null }

export function* signUps(people: People, seed: number): Generator<SignUp, void, void> {
  const random = createRandom(seed, 'bios')
  for (let user = 0; user < people.count; user++) {
    const drawn = makeBio(random)
    const [handle, name] = [people.names.handle(user), people.names.name(user)]
    yield { user, handle, name, bio: NAMED_USERS[user]?.bio ?? drawn, at: people.createdAt[user] ?? 0 }
  }
}

export function* publications(
  people: People,
  posts: Posts,
  seed: number,
): Generator<Publication, void, void> {
  const random = createRandom(seed, 'texts')
  // The last user that `anybody` returned, or the author replied to. One is enough, because no text mentions two users.
  let mentioned = 0
  const anybody = () => people.names.handle((mentioned = random.below(people.count)))
  const authorOf = (post: number) => posts.authors[post] ?? 0
  for (let post = 0; post < posts.count; post++) {
    const replyTo = posts.replyTo[post] ?? -1
    if (replyTo >= 0) mentioned = authorOf(replyTo)
    const text = replyTo < 0 ? makePost(random, anybody) : makeReply(random, people.names.handle(mentioned))
    const users = new Map([[people.names.handle(mentioned), people.ids.uuid(mentioned)]])
    const mentions = mentionsIn(text, users)
    yield { post, author: authorOf(post), replyTo, text, mentions, at: posts.createdAt[post] ?? 0 }
  }
}

/** Most likes come soon after the post. */
export function* likes(people: People, posts: Posts, seed: number): Generator<Like, void, void> {
  const random = createRandom(seed, 'likes')
  for (let post = 0; post < posts.count; post++) {
    const published = posts.createdAt[post] ?? 0
    for (const user of drawLikers(posts.likes[post] ?? 0, people.count, posts.authors[post] ?? 0, random)) {
      const at = Math.floor(published + (BASE_TIME - published) * random.float() ** 4)
      yield { post, user, at }
    }
  }
}

function* follows(people: People, edges: EdgeList, seed: number): Generator<Follow, void, void> {
  const random = createRandom(seed, 'follow times')
  const requests = createRandom(seed, 'follow requests')
  for (let edge = 0; edge < edges.length; edge++) {
    const [from, to] = [edges.from(edge), edges.to(edge)]
    const met = meetingOf(people, from, to)
    const at = Math.ceil(met + 1 + (BASE_TIME - met - 2) * random.float())
    yield { from, to, at, requestId: randomUuid(requests) }
  }
}

/**
 * Everybody's follows with those that have ended, ordered by pair and time. The open ones are those of `follows`. Some of them
 * had begun and ended before. Beside the edges there are former follows.
 */
export function* followPeriods(
  people: People,
  edges: EdgeList,
  seed: number,
): Generator<FollowPeriod, void, void> {
  const random = createRandom(seed, 'former follows')
  const former = drawFormer(people.count, edges, seed)
  let next = former.next()
  const before = (from: number, to: number) =>
    !next.done && (next.value.from < from || (next.value.from === from && next.value.to < to))
  for (const follow of follows(people, edges, seed)) {
    while (before(follow.from, follow.to) && !next.done) {
      yield pastPeriod(people, next.value, BASE_TIME, random)
      next = former.next()
    }
    // Half a day, so that each of the four times is another one.
    const knownFor = follow.at - meetingOf(people, follow.from, follow.to)
    if (random.chance(AGAIN_SHARE) && knownFor > DAY_MS / 2)
      yield pastPeriod(people, follow, follow.at - 10, random)
    yield { ...follow, ended: null }
  }
  for (; !next.done; next = former.next()) yield pastPeriod(people, next.value, BASE_TIME, random)
}

/** Share of the follows that had begun and ended before. */
const AGAIN_SHARE = 0.04
/** Share of the ended follows in which the followee removed the follower. */
const REMOVED_SHARE = 0.1
const DAY_MS = 86_400_000

/** A period that begins after the two met, and has ended before `end`. */
function pastPeriod(
  people: People,
  { from, to }: { from: number; to: number },
  end: number,
  random: Random,
): FollowPeriod {
  const met = meetingOf(people, from, to)
  const at = Math.ceil(met + 1 + (end - met - 10) * random.float())
  const endedAt = Math.ceil(at + 1 + (end - at - 5) * random.float())
  const by = random.chance(REMOVED_SHARE) ? 'followee' : 'follower'
  return { from, to, at, requestId: randomUuid(random), ended: { at: endedAt, by } }
}

/** When both users were there. */
function meetingOf(people: People, a: number, b: number): number {
  return Math.max(people.createdAt[a] ?? 0, people.createdAt[b] ?? 0)
}
