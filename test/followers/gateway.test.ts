import { expect, test } from 'vitest'
import { gql, gqlData, signUpUser } from '../support/client.ts'

const FOLLOW = `mutation ($input: FollowInput!) { follow(input: $input) { __typename } }`
type Me = { viewer: { user: { id: string } } }

const PAST = `query ($asOf: DateTime, $from: DateTime!, $to: DateTime!, $other: ID!) { viewer {
  now: followers { nodes { handle } }
  followers(asOf: $asOf) { nodes { handle } }
  following(asOf: "2024-01-01T00:00:00+02:00") { nodes { handle } }
  audience(from: $from, to: $to, by: MONTH) { at followers }
  followHistory(userId: $other) { nodes { event follower { handle } by { handle } } }
} }`

test('the past of the viewer can be asked for through the gateway, with literals and variables', async () => {
  const [ann, bob] = [await signUpUser('ann'), await signUpUser('bob')]
  const { viewer } = await gqlData<Me>('{ viewer { user { id } } }', {}, { token: ann.token })
  const { viewer: other } = await gqlData<Me>('{ viewer { user { id } } }', {}, { token: bob.token })
  await gqlData(FOLLOW, { input: { userId: viewer.user.id } }, { token: bob.token })
  const variables = {
    asOf: '2025-06-01T00:00:00Z',
    from: '2025-01-01T00:00:00Z',
    to: '2025-03-01T00:00:00Z',
    other: other.user.id,
  }
  const ask = (changed: object) => gql(PAST, { ...variables, ...changed }, { token: ann.token })
  await expect
    .poll(async () => (await ask({})).body)
    .toEqual({
      data: {
        viewer: {
          now: { nodes: [{ handle: bob.handle }] },
          followers: { nodes: [] },
          following: { nodes: [] },
          audience: [
            { at: '2025-02-01T00:00:00.000Z', followers: 0 },
            { at: '2025-03-01T00:00:00.000Z', followers: 0 },
          ],
          followHistory: {
            nodes: [
              { event: 'ACCEPTED', follower: { handle: bob.handle }, by: { handle: ann.handle } },
              { event: 'REQUESTED', follower: { handle: bob.handle }, by: { handle: bob.handle } },
            ],
          },
        },
      },
    })
  const { body } = await ask({ asOf: '9999-01-01T00:00:00Z', to: 'soon' })
  expect(body.data).toMatchObject({ viewer: { followers: null, audience: null } })
  expect(body.errors).toMatchObject([
    { path: ['viewer', 'followers'], extensions: { code: 'BAD_USER_INPUT' } },
    { path: ['viewer', 'audience'], extensions: { code: 'BAD_USER_INPUT' } },
  ])
  const now = new Date().toISOString()
  expect((await ask({ asOf: now })).body.data).toMatchObject({
    viewer: { followers: { nodes: [{ handle: bob.handle }] } },
  })
})
