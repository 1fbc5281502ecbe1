import { expect, test } from 'vitest'
import { checkEvent } from '../../../contracts/events.ts'
import { facets } from '../../../contracts/facets.ts'
import { formatId } from '../../../contracts/ids.ts'
import { decided, decideRequest, keyOf, requestsChanged, waits, type Decision } from './follow-request.ts'

const [id, followerId, followeeId] = [
  '0192e4a0-0000-7000-8000-000000000001',
  '0192e4a0-0000-7000-8000-000000000002',
  '0192e4a0-0000-7000-8000-000000000003',
]
const request = { id, followerId, followeeId }
const [follower, followee] = [formatId('user', followerId), formatId('user', followeeId)]

test('the setting of the followee decides', () => {
  expect([false, true, null].map(decideRequest)).toEqual(['accepted', null, 'nobody'])
})

test.each<[Decision, string, string | undefined]>([
  ['accepted', 'follow.accepted', undefined],
  ['declined', 'follow.declined', 'declined'],
  ['nobody', 'follow.declined', 'nobody'],
  // Followers asks again after a restore. The request must end there.
  ['withdrawn', 'follow.declined', 'declined'],
])('a request that is %s is told as %s', (decision, type, reason) => {
  const told = decided(request, decision)
  expect(checkEvent(told)).toBeNull()
  expect(told).toMatchObject({ type, key: keyOf(request), touches: [facets.followRequests(followee)] })
  expect(told.payload).toEqual({
    requestId: id,
    followerId: follower,
    followeeId: followee,
    ...(reason && { reason }),
  })
})

test('a request that waits is told with its pair', () => {
  const told = waits(request)
  expect(checkEvent(told)).toBeNull()
  expect(told).toMatchObject({
    type: 'follow.waiting',
    key: keyOf(request),
    payload: { requestId: id, followerId: follower, followeeId: followee },
    touches: [facets.followRequests(followee)],
  })
})

test('a change of requests touches the lists of the followees', () => {
  const changed = requestsChanged([followeeId, followerId])
  expect(checkEvent(changed)).toBeNull()
  expect(changed.touches).toEqual([facets.followRequests(followee), facets.followRequests(follower)])
})
