import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { gqlData, signUpUser, type SignedUpUser } from '../support/client.ts'
import { startOwnSystem, type OwnSystem } from '../support/own-system.ts'
import { callSubgraph } from '../support/subgraph.ts'
import { signUpPeople } from './people.ts'

let system: OwnSystem
let log: Client
beforeAll(async () => {
  system = await startOwnSystem({
    processes: ['users', 'followers', 'gateway'],
    env: { FOLLOW_REQUEST_TTL_S: '600' },
  })
  log = new Client({ connectionString: system.databaseUrls.followers })
  await log.connect()
})
afterAll(async () => {
  await log.end()
  await system[Symbol.asyncDispose]()
})

const newcomer = (name: string) => signUpUser(name, { url: system.gatewayUrl })
const USER = 'user { id followerCount viewerFollowState viewerFollows }'

/** A mutation of the API. Rejects if the response has errors. */
async function mutate<Payload>(viewer: SignedUpUser, mutation: string, input: object): Promise<Payload> {
  const type = `${mutation.slice(0, 1).toUpperCase()}${mutation.slice(1)}`
  const shown = mutation === 'updateProfile' ? 'user { id }' : USER
  const state = mutation === 'follow' ? 'followState' : ''
  const { result } = await gqlData<{ result: Payload }>(
    `mutation ($input: ${type}Input!) { result: ${mutation}(input: $input) { __typename
      ... on ${type}Success { ${state} ${shown} } ... on UserError { code path } } }`,
    { input },
    { url: system.gatewayUrl, token: viewer.token },
  )
  return result
}

async function stateOf(viewer: SignedUpUser, id: string): Promise<string> {
  const { node } = await gqlData<{ node: { viewerFollowState: string } }>(
    `query ($id: ID!) { node(id: $id) { ... on User { viewerFollowState } } }`,
    { id },
    { url: system.gatewayUrl, token: viewer.token },
  )
  return node.viewerFollowState
}

/** The types of a pair's events in the log of followers. */
async function told(from: { id: string }, to: { id: string }): Promise<string[]> {
  const text = 'select type from outbox where key = $1 order by seq'
  return (await log.query<{ type: string }>(text, [`${from.id}>${to.id}`])).rows.map(({ type }) => type)
}

describe('following a user', () => {
  it('begins at once, in one request', async () => {
    const [ann, bob] = [await newcomer('ann'), await newcomer('bob')]
    // Under load, a decision may take longer than the response waits. The next command finds the follow.
    await expect
      .poll(() => mutate(ann, 'follow', { userId: bob.id }))
      .toMatchObject({
        __typename: 'FollowSuccess',
        followState: 'FOLLOWING',
        user: { id: bob.id, followerCount: 1, viewerFollowState: 'FOLLOWING', viewerFollows: true },
      })
    expect(await told(ann, bob)).toEqual(['follow.requested', 'user.followed'])
  })

  it('of an id that nobody has is NotFound, with counts as before', async () => {
    const ann = await newcomer('ann')
    const nobody = { id: ann.id.slice(0, -6) + 'zzzzzz' }
    const idempotencyKey = crypto.randomUUID()
    const follow = () => mutate(ann, 'follow', { userId: nobody.id, idempotencyKey })
    const notFound = { __typename: 'NotFound', code: 'NOT_FOUND', path: ['input', 'userId'] }
    // The same key, so that a second attempt is the same request.
    await expect.poll(follow).toEqual(notFound)
    expect(await told(ann, nobody)).toEqual(['follow.requested', 'follow.closed'])
    const { rows } = await log.query('select from follow_count where user_id = any($1::uuid[])', [
      [ann.id, nobody.id].map((id) => parseIdOf('user', id)),
    ])
    expect(rows).toEqual([])
  })

  it('waits for a user who approves by hand, and begins when they do', async () => {
    const [ann, bob] = [await newcomer('ann'), await newcomer('bob')]
    await mutate(bob, 'updateProfile', { approvesFollowers: true })
    expect(await mutate(ann, 'follow', { userId: bob.id })).toMatchObject({
      followState: 'REQUESTED',
      user: { followerCount: 0, viewerFollowState: 'REQUESTED', viewerFollows: false },
    })
    // So the next `follow` does not wait for a decision.
    const waiting = 'select waits from follow_request where follower_id = $1'
    await expect
      .poll(async () => (await log.query(waiting, [parseIdOf('user', ann.id)])).rows)
      .toEqual([{ waits: true }])
    await expect
      .poll(() => mutate(bob, 'approveFollow', { userId: ann.id }))
      .toMatchObject({
        __typename: 'ApproveFollowSuccess',
      })
    await expect.poll(() => stateOf(ann, bob.id)).toBe('FOLLOWING')
    expect(await mutate(bob, 'removeFollower', { userId: ann.id })).toMatchObject({
      __typename: 'RemoveFollowerSuccess',
    })
    expect(await stateOf(ann, bob.id)).toBe('NONE')
    expect(await told(ann, bob)).toEqual(['follow.requested', 'user.followed', 'user.unfollowed'])
  })

  it('can be withdrawn while it waits', async () => {
    const [ann, bob] = [await newcomer('ann'), await newcomer('bob')]
    await mutate(bob, 'updateProfile', { approvesFollowers: true })
    await mutate(ann, 'follow', { userId: bob.id })
    expect(await mutate(ann, 'cancelFollowRequest', { userId: bob.id })).toMatchObject({
      user: { followerCount: 0, viewerFollowState: 'NONE' },
    })
    await expect
      .poll(() => mutate(bob, 'approveFollow', { userId: ann.id }))
      .toMatchObject({ __typename: 'NotFound' })
    expect(await told(ann, bob)).toEqual(['follow.requested', 'follow.closed'])
  })
})

describe('while users is down', () => {
  it('a follow is requested, and completes by itself when users is back; a block ends it for ever', async () => {
    const [ann, bob, cat] = await signUpPeople(system.databaseUrls.users, 3)
    if (!ann || !bob || !cat) throw new Error('Nobody was signed up.')
    await system.kill('users')
    expect(await act(ann, 'follow', bob)).toBe('REQUESTED')
    expect(await act(cat, 'follow', bob)).toBe('REQUESTED')
    await act(bob, 'block', cat)
    await system.restart('followers')
    await system.restart('users')
    await expect.poll(() => told(ann, bob)).toEqual(['follow.requested', 'user.followed'])
    expect(await told(cat, bob)).toEqual(['follow.requested', 'follow.closed'])
  })
})

/** A command that is sent to followers itself. @returns the state of a follow */
async function act(viewer: Viewer, command: string, other: Viewer): Promise<string | undefined> {
  const type = `${command.slice(0, 1).toUpperCase()}${command.slice(1)}`
  const state = command === 'follow' ? '... on FollowSuccess { followState }' : ''
  const { body } = await callSubgraph<{ result: { followState?: string } }>(
    'followers',
    viewer,
    `mutation ($input: ${type}Input!) { result: ${command}(input: $input) { __typename ${state} } }`,
    { input: { userId: other.id } },
    system,
  )
  return body.data?.result.followState
}
