import { CELEBRITY, FRIENDS, NAMED_USERS } from '../named-users.ts'
import { createRandom, shuffle, type Random } from '../random.ts'
import { drawDegrees } from './degrees.ts'
import { createEdgeList, type EdgeList } from './edge-list.ts'
import { wire } from './wiring.ts'

/** Part of all users who follow the celebrity. */
const CELEBRITY_SHARE = 1 / 3
/** The best known of the lesser celebrities has this share, the next half of it, and so on down by rank. */
const LESSER_SHARE = 0.05
/** One lesser celebrity for each so many users, up to a bound. */
const USERS_PER_LESSER = 10_000
const MAX_LESSER = 10

/**
 * Who follows whom, with the shape of a real social network: degrees and clustering as in `degrees.ts` and
 * `wiring.ts`, most follows mutual, a few celebrities whom many follow who are not followed back.
 *
 * @returns edges `from` follows `to`, sorted, no duplicates
 */
export function generateGraph(users: number, seed: number): EdgeList {
  const degrees = drawDegrees(users, createRandom(seed, 'degrees'))
  giveCompany(degrees)
  const direction = createRandom(seed, 'direction')
  const mutual = mutualShare(users)
  const edges = createEdgeList(users * 40)
  const known = wire(degrees, createRandom(seed, 'wiring'), (a, b) => {
    const both = Math.max(a, b) < FRIENDS || direction.chance(mutual)
    const forth = both || direction.chance(0.5)
    if (forth) edges.push(a, b)
    if (both || !forth) edges.push(b, a)
  })
  befriend(edges, FRIENDS, (a, b) => known.has(a, b))
  const fans = createRandom(seed, 'celebrities')
  addFans(edges, CELEBRITY, Math.round(users * CELEBRITY_SHARE), users, fans)
  const lesser = Math.min(Math.floor(users / USERS_PER_LESSER), MAX_LESSER)
  for (let rank = 0; rank < lesser; rank++) {
    addFans(edges, NAMED_USERS.length + rank, Math.round((users * LESSER_SHARE) / (rank + 1)), users, fans)
  }
  edges.sortUnique()
  return edges
}

/** Makes friends of the first `users`, where `known` does not say that they are. */
export function befriend(edges: EdgeList, users: number, known: (a: number, b: number) => boolean): void {
  for (let a = 0; a < users; a++) {
    for (let b = a + 1; b < users; b++) {
      if (known(a, b)) continue
      edges.push(a, b)
      edges.push(b, a)
    }
  }
}

/**
 * Part of the acquaintances who follow each other. In a small community nearly all do; in a large network follows
 * grow one-sided (Twitter as a whole: 22 %, https://doi.org/10.1145/1772690.1772751). From 1,000 users to 100,000 it
 * falls from 0.94 to 0.6, which makes 3 million follows of 100,000 users.
 */
function mutualShare(users: number): number {
  return Math.min(0.94, Math.max(0.5, 0.94 - 0.17 * Math.log10(users / 1_000)))
}

/** The named users are at least as well connected as the average: demonstrations start with them. */
function giveCompany(degrees: Uint32Array): void {
  const mean = degrees.reduce((total, degree) => total + degree, 0) / degrees.length
  let next = NAMED_USERS.length
  for (let user = 0; user < NAMED_USERS.length; user++) {
    while ((degrees[user] ?? 0) < mean && next < degrees.length) {
      const better = degrees[next] ?? 0
      degrees[next++] = degrees[user] ?? 0
      degrees[user] = better
    }
  }
}

/** Adds followers of `user`, picked from everybody else, until there are `wanted`. */
function addFans(edges: EdgeList, user: number, wanted: number, users: number, random: Random): void {
  const follows = new Uint8Array(users)
  let followers = 0
  follows[user] = 1
  for (let i = 0; i < edges.length; i++) {
    if (edges.to(i) !== user) continue
    follows[edges.from(i)] = 1
    followers++
  }
  const order = Uint32Array.from({ length: users }, (_, i) => i)
  shuffle(order, random)
  for (const fan of order) {
    if (followers >= wanted) break
    if (follows[fan]) continue
    edges.push(fan, user)
    followers++
  }
}
