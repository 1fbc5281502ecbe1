import { expect, test } from 'vitest'
import { describeEvent } from './follow-history.ts'
import type { RelationEvent } from './relation.ts'

const pair = { follower: 'ann', followee: 'bob' }
const requestId = 'r'

test.for<[RelationEvent, string | null, string, string | null]>([
  [{ type: 'FollowRequested', data: { requestId } }, 'ann', 'REQUESTED', 'follower'],
  [{ type: 'FollowAccepted', data: { requestId } }, null, 'ACCEPTED', 'followee'],
  [{ type: 'FollowDeclined', data: { requestId, reason: 'declined' } }, null, 'DECLINED', 'followee'],
  [{ type: 'FollowRequestClosed', data: { requestId, reason: 'cancelled' } }, 'ann', 'CANCELLED', 'follower'],
  [{ type: 'FollowRequestClosed', data: { requestId, reason: 'expired' } }, null, 'EXPIRED', null],
  [{ type: 'FollowRequestClosed', data: { requestId, reason: 'blocked' } }, 'ann', 'CANCELLED', 'follower'],
  [{ type: 'FollowRequestClosed', data: { requestId, reason: 'blocked' } }, 'bob', 'DECLINED', 'followee'],
  [{ type: 'FollowEnded', data: { by: 'follower' } }, 'ann', 'ENDED', 'follower'],
  [{ type: 'FollowEnded', data: { by: 'followee' } }, 'bob', 'ENDED', 'followee'],
  [{ type: 'FollowEnded', data: { by: 'block' } }, 'ann', 'ENDED', 'follower'],
  [{ type: 'FollowEnded', data: { by: 'block' } }, 'bob', 'ENDED', 'followee'],
  [{ type: 'Blocked', data: {} }, 'ann', 'BLOCKED', 'follower'],
  [{ type: 'Unblocked', data: {} }, 'ann', 'UNBLOCKED', 'follower'],
])('%j caused by %s is %s by the %s', ([event, actor, name, by]) => {
  expect(describeEvent(event, pair, actor)).toEqual({ event: name, by })
})
