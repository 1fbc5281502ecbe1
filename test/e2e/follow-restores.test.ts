import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { bumpEpoch } from '../../patterns/change-log/index.ts'
import { gqlData, signUpUser, type SignedUpUser } from '../support/client.ts'
import { openBackups, type Backups } from '../support/backups.ts'
import { startOwnSystem, type OwnSystem } from '../support/own-system.ts'
import { connect, sqlOf } from '../chaos/support/sessions.ts'

type Owner = 'users' | 'followers'
type State = 'NONE' | 'REQUESTED' | 'FOLLOWING'

let system: OwnSystem
let backups: Backups
beforeAll(async () => {
  backups = await openBackups(inject('superuserUrl'))
  system = await startOwnSystem({ processes: ['users', 'followers', 'gateway'], env: { CACHE: 'off' } })
})
afterAll(async () => {
  // The owner of a database owns its backups as well, and cannot be dropped before them.
  await backups[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

let ann: SignedUpUser
let bob: SignedUpUser
beforeEach(async () => {
  const options = { url: system.gatewayUrl }
  ;[ann, bob] = [await signUpUser('ann', options), await signUpUser('bob', options)]
  // Both services have the log of the other from its beginning.
  await expectFollow()
  await run(ann, `mutation ($id: ID!) { unfollow(input: { userId: $id }) { __typename } }`, { id: bob.id })
})

/** Follows, and waits for the decision. It takes longer than a mutation waits while services reconnect after a backup. */
async function expectFollow(): Promise<void> {
  await expect.poll(() => follow(ann, bob).catch(String)).toMatch(/^(REQUESTED|FOLLOWING)$/)
  await expect.poll(look).toEqual(showing('FOLLOWING', false))
}

const run = <Data>({ token }: SignedUpUser, query: string, variables: Record<string, unknown> = {}) =>
  gqlData<Data>(query, variables, { url: system.gatewayUrl, token })

async function follow(who: SignedUpUser, whom: SignedUpUser): Promise<string> {
  const { follow: payload } = await run<{ follow: { __typename: string; followState?: State } }>(
    who,
    'mutation ($id: ID!) { follow(input: { userId: $id }) { __typename ... on FollowSuccess { followState } } }',
    { id: whom.id },
  )
  return payload.followState ?? payload.__typename
}

/** What the API shows: the state for the follower, both counts, and the requests that wait for the followee. */
async function shown(): Promise<{ state: State; followers: number; following: number; waiting: string[] }> {
  type Shown = {
    user: { viewerFollowState: State; followerCount: number } | null
    viewer: { user: { followingCount: number } }
  }
  const { user, viewer } = await run<Shown>(
    ann,
    'query ($handle: String!) { user(handle: $handle) { viewerFollowState followerCount } viewer { user { followingCount } } }',
    { handle: bob.handle },
  )
  type Waiting = { viewer: { followRequests: { nodes: { handle: string }[] } } }
  const own = await run<Waiting>(bob, '{ viewer { followRequests { nodes { handle } } } }')
  return {
    state: user?.viewerFollowState ?? 'NONE',
    followers: user?.followerCount ?? -1,
    following: viewer.user.followingCount,
    waiting: own.viewer.followRequests.nodes.map(({ handle }) => handle),
  }
}

/** Requests fail while a service reconnects. */
const look = () => shown().catch(String)

const showing = (state: State, waiting: boolean) => ({
  state,
  followers: state === 'FOLLOWING' ? 1 : 0,
  following: state === 'FOLLOWING' ? 1 : 0,
  waiting: waiting ? [ann.handle] : [],
})

const approvesFollowers = (value: boolean) =>
  run(
    bob,
    'mutation ($value: Boolean!) { updateProfile(input: { approvesFollowers: $value }) { __typename } }',
    { value },
  )

const backUp = (owner: Owner) => backups.take(system.databaseUrls[owner])

async function putBack(owner: Owner, backup: string): Promise<void> {
  await backups.putBack(system.databaseUrls[owner], backup)
  await raiseEpoch(owner)
}

async function raiseEpoch(owner: Owner): Promise<void> {
  const client = await connect(system.databaseUrls[owner])
  try {
    await bumpEpoch(sqlOf(client))
  } finally {
    await client.end()
  }
}

const signal = (owner: Owner, name: 'SIGSTOP' | 'SIGCONT') => process.kill(system.pid(owner) ?? 0, name)

/** Runs while a service stands still. */
async function without<Result>(owner: Owner, act: () => Promise<Result>): Promise<Result> {
  signal(owner, 'SIGSTOP')
  try {
    return await act()
  } finally {
    signal(owner, 'SIGCONT')
  }
}

test('followers is restored to before the request: the follow is gone, and can be asked for again', async () => {
  const backup = await backUp('followers')
  await expectFollow()
  await putBack('followers', backup)
  await expect.poll(look).toEqual(showing('NONE', false))
  await expectFollow()
})

test('followers is restored to between request and decision: the decision of users is applied', async () => {
  const backup = await without('users', async () => {
    expect(await follow(ann, bob)).toBe('REQUESTED')
    return backUp('followers')
  })
  await expect.poll(look).toEqual(showing('FOLLOWING', false))
  await putBack('followers', backup)
  await expect.poll(look).toEqual(showing('FOLLOWING', false))
})

test('users is restored to before its decision: the follow stays, and nothing is left open', async () => {
  const backup = await backUp('users')
  await expectFollow()
  await putBack('users', backup)
  await expect.poll(look).toEqual(showing('FOLLOWING', false))
})

test('users is restored to when the followee approved by hand: a follow that exists is not asked for again', async () => {
  await approvesFollowers(true)
  const backup = await backUp('users')
  await expect.poll(() => approvesFollowers(false).catch(String)).toMatchObject({ updateProfile: {} })
  await expectFollow()
  await putBack('users', backup)
  await expect.poll(look).toEqual(showing('FOLLOWING', false))
})

test('users is restored to before it had the request: it waits for the followee again, who approves it', async () => {
  await approvesFollowers(true)
  const backup = await backUp('users')
  await expect.poll(() => follow(ann, bob).catch(String)).toBe('REQUESTED')
  await expect.poll(look).toEqual(showing('REQUESTED', true))
  await putBack('users', backup)
  await expect.poll(look).toEqual(showing('REQUESTED', true))
  await run(bob, 'mutation ($id: ID!) { approveFollow(input: { userId: $id }) { __typename } }', {
    id: ann.id,
  })
  await expect.poll(look).toEqual(showing('FOLLOWING', false))
})

test('followers is restored to before a request that waits: it ends in users as well', async () => {
  await approvesFollowers(true)
  const backup = await backUp('followers')
  await expect.poll(() => follow(ann, bob).catch(String)).toBe('REQUESTED')
  await expect.poll(look).toEqual(showing('REQUESTED', true))
  await putBack('followers', backup)
  await expect.poll(look).toEqual(showing('NONE', false))
})

test('both begin a new epoch while a request waits: it is decided once', async () => {
  await approvesFollowers(true)
  expect(await follow(ann, bob)).toBe('REQUESTED')
  await expect.poll(look).toEqual(showing('REQUESTED', true))
  await raiseEpoch('followers')
  await raiseEpoch('users')
  await expect.poll(look).toEqual(showing('REQUESTED', true))
  await approvesFollowers(false)
  await expect.poll(look).toEqual(showing('FOLLOWING', false))
})
