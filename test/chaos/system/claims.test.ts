import { expect, test } from 'vitest'
import { createRandom } from '../../../local/seed/random.ts'
import { claimsOfPost, claimsOfUser, type LagOf } from './claims.ts'
import type { Page } from './pages.ts'
import { newPerson, type Person } from './people.ts'
import { MAX_LAG_MS } from './readers.ts'

const OK = 'ok'

function openBed() {
  const generations = { users: 0, posts: 0, followers: 0 }
  const time = { now: 100_000 }
  const person = (name: string): Person => {
    const random = createRandom(1, name)
    return newPerson({ id: name, handle: name, accessToken: '', random, generations, clock: () => time.now })
  }
  const people = [person('alice'), person('bob'), person('carol')] as const
  const [alice, bob] = people
  bob.follows.set(alice.id, alice.bio && newEdge('true'))
  alice.shelf.publish()(OK, 'post_1')
  alice.posts.set('post_1', { text: newEdge('hello'), version: 1, generation: 0 })
  bob.likes.set('post_1', newEdge('true'))

  function newEdge(value: string) {
    const register = person('nobody').bio
    register.write(value, 'the write')(OK)
    return register
  }

  const world = { people, generations }
  const faults = (page: Page, lagOf: LagOf = () => 0) =>
    [...claimsOfUser(world, alice, 'alice', lagOf), ...claimsOfPost(world, alice, 'post_1', lagOf)].flatMap(
      (claim) => claim.fault(page) ?? [],
    )
  return { time, generations, alice, bob, faults, newEdge }
}

const POST = { id: 'post_1', text: 'hello world', likeCount: 1, likers: { nodes: [{ id: 'bob' }] } }
const USER = {
  id: 'alice',
  handle: 'alice',
  bio: 'alice',
  postCount: 1,
  followerCount: 1,
  followingCount: 0,
  posts: { nodes: [{ id: 'post_1' }], pageInfo: { hasNextPage: false } },
  followers: { nodes: [{ id: 'bob' }] },
}

test('a page that shows everything has no fault', () => {
  expect(openBed().faults({ user: USER, post: POST })).toEqual([])
})

test.each<[string, Page]>([
  ['the handle is "bob", not alice', { user: { ...USER, handle: 'bob' }, post: POST }],
  ['alice is said to belong to nobody', { user: null, post: POST }],
  ['alice is said to belong to bob', { user: { ...USER, id: 'bob' }, post: POST }],
  ['the bio is "old", not alice', { user: { ...USER, bio: 'old' }, post: POST }],
  ['postCount is 0, not 1 to 1', { user: { ...USER, postCount: 0 }, post: POST }],
  ['followerCount is 0, not 1 to 1', { user: { ...USER, followerCount: 0 }, post: POST }],
  ['followingCount is 1, not 0 to 0', { user: { ...USER, followingCount: 1 }, post: POST }],
  ['following by bob is false, not true', { user: { ...USER, followers: { nodes: [] } }, post: POST }],
  [
    'post_1 was published, and is not listed',
    { user: { ...USER, posts: { ...USER.posts, nodes: [] } }, post: POST },
  ],
  ['post_1 exists, and is not shown', { user: USER, post: null }],
  ['the text is "bye", not hello', { user: USER, post: { ...POST, text: 'bye world' } }],
  ['likeCount is 2, not 1 to 1', { user: USER, post: { ...POST, likeCount: 2 } }],
  ['liking by bob is false, not true', { user: USER, post: { ...POST, likers: { nodes: [] } } }],
])('%s', (fault, page) => {
  expect(openBed().faults(page)).toEqual([fault])
})

test('what was superseded within the bound may be shown, and nothing older', () => {
  const { time, alice, faults } = openBed()
  alice.bio.write('new', 'the write of new')(OK)
  time.now += MAX_LAG_MS - 1
  expect(faults({ user: USER }, () => MAX_LAG_MS)).toEqual([])
  expect(faults({ user: USER })).toContain('the bio is "alice", not new')
  time.now += 2
  expect(faults({ user: USER }, () => MAX_LAG_MS)).toContain('the bio is "alice", not new')
})

test('after a restore, nothing is claimed of what was written before', () => {
  const { generations, faults } = openBed()
  for (const name of ['users', 'posts', 'followers'] as const) generations[name]++
  expect(faults({ user: { ...USER, bio: 'old', postCount: 7, handle: 'older' }, post: null })).toEqual([])
})

test('of follows between users who both change them, nothing is claimed', () => {
  const { alice, bob, faults } = openBed()
  alice.sharing = true
  bob.sharing = true
  expect(faults({ user: { ...USER, followers: { nodes: [] }, followerCount: 0 }, post: POST })).toEqual([])
  expect(faults({ user: { ...USER, followingCount: 2 }, post: POST })).toEqual([
    'followingCount is 2, not 0 to 1',
  ])
})
