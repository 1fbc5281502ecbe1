import { CELEBRITY, FRIENDS, NAMED_USERS } from '../named-users.ts'
import { createRandom, shuffle, type Random } from '../random.ts'
import { drawDegrees } from './degrees.ts'
import { createEdgeList, type EdgeList } from './edge-list.ts'
import { wire } from './wiring.ts'

/** Share of all users who follow the celebrity. */
const CELEBRITY_SHARE = 1 / 3
/**
 * Share of all users who follow the first lesser celebrity. The next one has a half of it, then a third, and so on by
 * rank.
 */
const LESSER_SHARE = 0.05
/** Number of users per lesser celebrity, up to `MAX_LESSER` celebrities. */
const USERS_PER_LESSER = 10_000
const MAX_LESSER = 10

/**
 * Generates the follow graph with the shape of a real social network. Degrees and clustering are as in `degrees.ts` and
 * `wiring.ts`. Most follows are mutual. A few celebrities have many followers whom they do not follow back.
 *
 * @returns edges (`from` follows `to`), sorted, without duplicates
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

/** Adds mutual follows between all of the first `users`, except pairs for which `known` returns true. */
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
 * Share of acquaintances who follow each other. In a small community nearly all do; in a large network, more follows
 * are one-sided (Twitter as a whole: 22 % mutual, https://doi.org/10.1145/1772690.1772751). Between 1,000 users and
 * 100,000, the share falls from 0.94 to 0.6, so that 100,000 users have 3 million follows.
 */
function mutualShare(users: number): number {
  return Math.min(0.94, Math.max(0.5, 0.94 - 0.17 * Math.log10(users / 1_000)))
}

/** Gives the named users at least the mean degree, because demonstrations start with them. */
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

/** Adds randomly chosen followers of `user` until there are `wanted`. */
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
