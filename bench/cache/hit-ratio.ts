import { createRandom } from '../../local/seed/random.ts'
import { PROFILE } from '../../test/e2e/profile-query.ts'
import { requireSuccess, toOutgoing } from '../change-log/system/mutations.ts'
import { zipf } from '../gateway/memory/operations.ts'
import { toBytes } from '../gateway/requests.ts'
import { load, type Outgoing } from '../support/load.ts'
import type { CachedSystem } from './open-system.ts'
import { readProfiles } from './profiles.ts'

/** One write in this number of requests. */
const WRITE_EVERY = 100
const CONNECTIONS = 25

const READ = 0
const WRITE = 1

/** Counts of a window. `hits` are responses that a level of the cache had whole, by level. */
export type HitWindow = { reads: number; writes: number; hits: { memory: number; redis: number } }

/**
 * Reads profiles through both gateways: the probability of the nth is proportional to 1/n. One request in a hundred is a mutation
 * that changes such a profile: a like of one of its posts, or a follow.
 */
export async function openHitRatio({ gateways, handles, writers }: CachedSystem) {
  const [profiles = []] = await Promise.all(gateways.map((url) => readProfiles(url, handles)))
  const random = createRandom(1, 'hit ratio')
  const draw = zipf(profiles.length, random)
  const reads = handles.map((handle) =>
    toBytes(JSON.stringify({ query: PROFILE, variables: { handle } }), ''),
  )

  function write(url: string): Outgoing {
    const { userId, postIds } = profiles[draw()] ?? { userId: '', postIds: [] }
    const person = random.pick(writers)
    const mutation =
      postIds.length > 0 && random.below(2) === 0
        ? { query: LIKE, variables: { postId: random.pick(postIds) } }
        : { query: FOLLOW, variables: { userId } }
    return { ...toOutgoing(url, person, JSON.stringify(mutation)), key: WRITE }
  }

  return async (milliseconds: number): Promise<HitWindow> => {
    const end = performance.now() + milliseconds
    const window = { reads: 0, writes: 0, hits: { memory: 0, redis: 0 } }
    const next = (url: string) => () => {
      if (performance.now() >= end) return null
      if (random.below(WRITE_EVERY) === 0) return write(url)
      return { key: READ, bytes: reads[draw()] ?? Buffer.alloc(0) }
    }
    const judge = (key: number, head: string, body: Buffer) => {
      if (key === WRITE) {
        window.writes++
        return requireSuccess(head, body)
      }
      window.reads++
      const level = /\r\ncache-status: tessera; hit; detail=(memory|redis)/.exec(head)?.[1]
      if (level === 'memory' || level === 'redis') window.hits[level]++
      if (body.includes('"errors"')) throw new Error(`a page has errors: ${body.toString().slice(0, 500)}`)
    }
    await Promise.all(
      gateways.map((url) =>
        load({ port: Number(new URL(url).port), connections: CONNECTIONS, next: next(url), judge }),
      ),
    )
    return window
  }
}

const LIKE = `mutation ($postId: ID!) { likePost(input: { postId: $postId }) { __typename ... on LikePostSuccess { post { id } } } }`
const FOLLOW = `mutation ($userId: ID!) { follow(input: { userId: $userId }) { __typename ... on FollowSuccess { user { id } } } }`
