import { createRandom, type Random } from '../../../local/seed/random.ts'
import { formatId, makeUuid, type IdPrefix } from '../../../contracts/ids.ts'
import { words } from './words.ts'

/** Time of the benchmark data: 20 November 2026, in milliseconds since the epoch. */
const NOW = 1_795_132_800_000
const POSTS = 10
const FOLLOWERS = 5
const HOUR = 3_600_000

type Page<Node> = { nodes: Node[] }

/**
 * A person as the API returns it. Fields that follow the graph are functions or getters, so that the graph can have
 * cycles.
 */
export type Person = {
  __typename: 'User'
  id: string
  handle: string
  name: string
  bio: string
  followerCount: number
  followingCount: number
  posts: () => Page<Post>
  followers: () => Page<Person>
}

type Post = {
  __typename: 'Post'
  id: string
  text: string
  createdAt: string
  likeCount: number
  author: Person
}

/** Creates people with ten posts and five followers each. The result is always the same. */
export function makePeople(count: number): Person[] {
  const people: Person[] = []
  for (let i = 0; i < count; i++) people.push(makePerson(i, people))
  return people
}

/** @param people all people; must be complete before a field is read */
function makePerson(i: number, people: readonly Person[]): Person {
  const random = createRandom(i, 'people of the benchmark')
  const posts: Post[] = []
  const person: Person = {
    __typename: 'User',
    id: makeId('user', NOW - i * HOUR, random),
    handle: `person_${String(i).padStart(5, '0')}`,
    name: words(random, 2),
    bio: words(random, 12),
    followerCount: random.below(5_000),
    followingCount: random.below(500),
    posts: () => ({ nodes: posts }),
    followers: () => ({ nodes: [...people, ...people].slice(i + 1, i + 1 + FOLLOWERS) }),
  }
  for (let n = 0; n < POSTS; n++) posts.push(makePost(NOW - n * HOUR, random, person))
  return person
}

function makePost(createdMs: number, random: Random, author: Person): Post {
  return {
    __typename: 'Post',
    id: makeId('post', createdMs, random),
    text: words(random, 9),
    createdAt: new Date(createdMs).toISOString(),
    likeCount: random.below(2_000),
    author,
  }
}

function makeId(prefix: IdPrefix, ms: number, random: Random): string {
  return formatId(prefix, makeUuid(ms, random.below(1_024), random.bytes(new Uint8Array(9))))
}
