import { createIdTable, type IdTable } from './id-table.ts'
import { drawLikeCounts } from './likes.ts'
import { NAMED_USERS } from './named-users.ts'
import type { People } from './people.ts'
import { createRandom, shuffle } from './random.ts'
import { BASE_TIME, FIRST_POST } from './times.ts'

/** Share of posts that are replies. */
const REPLY_SHARE = 0.15
/** Mean distance between a post and its reply, as a share of all posts. */
const REPLY_DISTANCE = 0.01

/** Everything about the posts except their texts, by number. Numbers increase with time. */
export type Posts = {
  count: number
  ids: IdTable
  authors: Uint32Array
  /** Milliseconds since the epoch. */
  createdAt: Float64Array
  /** Number of the post replied to, or -1. It is always smaller than the post's own number. */
  replyTo: Int32Array
  likes: Uint32Array
  replies: Uint32Array
}

/** Plans `perUser` posts per user on average. Each named user has exactly that number. */
export function planPosts(people: People, perUser: number, seed: number): Posts {
  const random = createRandom(seed, 'posts')
  const count = people.count * perUser
  const posts: Posts = {
    count,
    ids: createIdTable(count, random),
    authors: drawAuthors(people.count, perUser, seed),
    createdAt: new Float64Array(count),
    replyTo: new Int32Array(count).fill(-1),
    likes: drawLikeCounts(count, people.count, createRandom(seed, 'like counts')),
    replies: new Uint32Array(count),
  }
  for (let post = 0; post < count; post++) {
    const createdAt = postTime((post + random.float()) / count)
    posts.createdAt[post] = createdAt
    posts.ids.make(post, createdAt, people.buckets[posts.authors[post] ?? 0] ?? 0)
    if (!random.chance(REPLY_SHARE)) continue
    const target = post - 1 - Math.floor(-Math.log(1 - random.float()) * REPLY_DISTANCE * count)
    if (target < 0) continue
    posts.replyTo[post] = target
    posts.replies[target] = (posts.replies[target] ?? 0) + 1
  }
  return posts
}

/** Number of posts of each user, by user number. */
export function countByAuthor(posts: Posts, users: number): Uint32Array {
  const counts = new Uint32Array(users)
  for (const author of posts.authors) counts[author] = (counts[author] ?? 0) + 1
  return counts
}

/** Time of the post at `share` of the sequence. The network grows, so there are more posts towards the end of the year. */
function postTime(share: number): number {
  return Math.floor(FIRST_POST + (BASE_TIME - FIRST_POST) * Math.sqrt(share))
}

/** Authors of all posts in random order. The number of posts per user is exponentially distributed. */
function drawAuthors(users: number, perUser: number, seed: number): Uint32Array {
  const random = createRandom(seed, 'authors')
  const authors = new Uint32Array(users * perUser)
  const named = NAMED_USERS.length
  for (let i = 0; i < named * perUser; i++) authors[i] = Math.floor(i / perUser)
  const weights = Float64Array.from({ length: users - named }, () => -Math.log(1 - random.float()))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  let place = named * perUser
  let passed = 0
  for (const [i, weight] of weights.entries()) {
    passed += weight
    const last = i === weights.length - 1
    const end = last
      ? authors.length
      : named * perUser + Math.round((passed / total) * (users - named) * perUser)
    authors.fill(named + i, place, end)
    place = Math.max(place, end)
  }
  shuffle(authors, random)
  return authors
}
