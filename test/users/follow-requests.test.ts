import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { formatId } from '../../contracts/ids.ts'
import { asked, openRequestsBed, type Asked, type RequestsBed } from './follow-requests-bed.ts'
import { signUp } from './users-client.ts'

let bed: RequestsBed
beforeAll(async () => {
  bed = await openRequestsBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const someone = () => randomUUID()
const userId = (uuid: string) => formatId('user', uuid)

async function byHand(name: string) {
  const user = await bed.signUp(name)
  await bed.setApproves(user, true)
  return user
}

describe('a request', () => {
  test('is accepted at once if the followee does not approve by hand', async () => {
    const request = asked(someone(), await bed.signUp('open'))
    await bed.ask([request])
    await expect.poll(() => bed.decisions(request)).toEqual(['accepted'])
    expect(await bed.waits()).not.toContain(request.id)
  })

  test('to an id that nobody has is declined', async () => {
    const request = { id: randomUUID(), follower: someone(), followee: someone() }
    await bed.ask([request])
    await expect.poll(() => bed.decisions(request)).toEqual(['declined nobody'])
  })

  test('waits for a followee who approves by hand, who accepts or declines it', async () => {
    const ann = await byHand('ann')
    const bob = await bed.signUp('bob')
    const [first, second] = [asked(bob.uuid, ann), asked(someone(), ann)]
    await bed.ask([first])
    await bed.ask([second])
    await bed.caughtUp()
    const list = `{ viewer { followRequests { edges { cursor requestedAt node { handle } } nodes { id }
      pageInfo { hasNextPage } } } }`
    const { data } = await bed.users.call(list, {}, ann.viewer)
    expect(data).toMatchObject({
      viewer: {
        followRequests: { nodes: [null, { id: bob.id }], pageInfo: { hasNextPage: false } },
      },
    })
    const approved = await bed.users.mutate('approveFollow', { userId: bob.id }, ann.viewer)
    expect(approved).toMatchObject({
      __typename: 'ApproveFollowSuccess',
      user: { id: bob.id },
      viewer: { followRequests: { nodes: [null] } },
    })
    const declined = await bed.users.mutate('declineFollow', { userId: userId(second.follower) }, ann.viewer)
    expect(declined).toMatchObject({ user: null, viewer: { followRequests: { nodes: [] } } })
    expect([await bed.decisions(first), await bed.decisions(second)]).toEqual([
      ['accepted'],
      ['declined declined'],
    ])
    const again = await bed.users.mutate('approveFollow', { userId: bob.id }, ann.viewer)
    expect(again).toMatchObject({ code: 'NOT_FOUND', path: ['input', 'userId'] })
  })

  test('that comes again gets its decision again, whatever the setting is by then', async () => {
    const ann = await bed.signUp('ann')
    const [accepted, closed] = [asked(someone(), ann), asked(someone(), ann)]
    await bed.ask([accepted, accepted])
    await expect.poll(() => bed.decisions(accepted)).toEqual(['accepted'])
    await bed.setApproves(ann, true)
    await bed.ask([accepted, closed])
    await expect.poll(() => bed.decisions(accepted)).toEqual(['accepted', 'accepted'])
    await bed.close(closed, 'cancelled')
    await bed.caughtUp()
    expect([await bed.decisions(closed), await bed.waits()]).toEqual([[], []])
    await bed.ask([closed])
    await expect.poll(() => bed.decisions(closed)).toEqual(['declined declined'])
  })

  test('that waits and comes again still waits, until the setting has changed', async () => {
    const ann = await byHand('ann')
    const request = asked(someone(), ann)
    await bed.ask([request])
    await bed.ask([request])
    await bed.caughtUp()
    expect([await bed.decisions(request), await bed.waits()]).toEqual([[], [request.id]])
    await bed.setApproves(ann, false)
    await expect.poll(() => bed.decisions(request)).toEqual(['accepted'])
    expect(await bed.waits()).toEqual([])
  })

  test.each(['cancelled', 'blocked', 'expired', 'declined'])(
    'that is %s does not wait any more',
    async (reason) => {
      const ann = await byHand('ann')
      const request = asked(someone(), ann)
      await bed.ask([request])
      await bed.close(request, reason)
      await bed.caughtUp()
      expect([await bed.waits(), await bed.decisions(request)]).toEqual([[], []])
      const late = await bed.users.mutate('approveFollow', { userId: userId(request.follower) }, ann.viewer)
      expect(late.__typename).toBe('NotFound')
    },
  )

  test('that became a follow already ends as accepted', async () => {
    const ann = await byHand('ann')
    const request = asked(someone(), ann)
    await bed.ask([request])
    const pair = { followerId: userId(request.follower), followeeId: ann.id }
    await bed.write('user.followed', { ...pair, requestId: request.id, followedAt: new Date().toISOString() })
    await bed.write('user.followed', { ...pair, followedAt: new Date().toISOString() })
    await bed.caughtUp()
    expect(await bed.waits()).toEqual([])
    await bed.ask([request])
    await expect.poll(() => bed.decisions(request)).toEqual(['accepted'])
  })
})

test('a withdrawal that crosses an approval: one of them counts', async () => {
  const ann = await byHand('ann')
  const bobs = await Promise.all(Array.from({ length: 12 }, () => bed.signUp('bob')))
  const requests = bobs.map(({ uuid }) => asked(uuid, ann))
  await bed.ask(requests)
  await bed.caughtUp()
  const approvals = await Promise.all(
    requests.map(async (request, i) => {
      const [payload] = await Promise.all([
        bed.users.mutate('approveFollow', { userId: bobs[i]?.id }, ann.viewer),
        bed.close(request, 'cancelled'),
      ])
      return payload.__typename
    }),
  )
  await bed.caughtUp()
  const decisions: string[][] = []
  for (const request of requests) decisions.push(await bed.decisions(request))
  expect(decisions).toEqual(
    approvals.map((typename) => (typename === 'ApproveFollowSuccess' ? ['accepted'] : [])),
  )
  expect(await bed.waits()).toEqual([])
})

test('a request is decided by the setting that a change at the same time leaves', async () => {
  const [ann, bob] = [await bed.signUp('ann'), await byHand('bob')]
  const change = 'update users set approves_followers = $2 where id = $1'
  const during = async (user: typeof ann, approves: boolean): Promise<Asked> => {
    const request = asked(someone(), user)
    await bed.database.query('begin')
    await bed.database.query(change, [user.uuid, approves])
    await bed.ask([request])
    await bed.waiting(1)
    await bed.database.query('commit')
    await bed.caughtUp()
    return request
  }
  const waits = await during(ann, true)
  expect([await bed.waits(), await bed.decisions(waits)]).toEqual([[waits.id], []])
  const accepted = await during(bob, false)
  expect([await bed.waits(), await bed.decisions(accepted)]).toEqual([[waits.id], ['accepted']])
})

test('an event without a valid request parks its key, and one of a newer version is skipped', async () => {
  const ann = await bed.signUp('ann')
  const request = asked(someone(), ann)
  const payload = { requestId: 'nonsense', followerId: userId(request.follower), followeeId: ann.id }
  await bed.write('follow.requested', payload, 2)
  await bed.write('follow.requested', payload)
  await expect
    .poll(async () => (await bed.database.query<{ reason: string }>('select reason from parked_key')).rows)
    .toMatchObject([
      { reason: expect.stringContaining('payload.requestId: expected a uuid, got "nonsense"') as string },
    ])
  const other = asked(someone(), ann)
  await bed.ask([other])
  await expect.poll(() => bed.decisions(other)).toEqual(['accepted'])
})

test('anonymous viewers and invalid ids are refused', async () => {
  const { viewer } = await signUp(bed.users, `ann_${randomUUID().slice(0, 8)}`)
  const input = { userId: 'nobody' }
  expect((await bed.users.mutate('approveFollow', input)).code).toBe('UNAUTHENTICATED')
  expect((await bed.users.mutate('declineFollow', input, viewer)).code).toBe('INVALID_INPUT')
})
