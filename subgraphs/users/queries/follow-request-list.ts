import type { KeysetList } from '../../../patterns/pagination/index.ts'

export type FollowRequestRow = { id: string; follower_id: string; requested_at: Date }

/** Requests that wait for a user, latest first. */
export const FOLLOW_REQUESTS: KeysetList = {
  name: 'Viewer.followRequests',
  select: 'follow_request.id, follow_request.follower_id, follow_request.requested_at',
  from: 'follow_request',
  where: 'follow_request.followee_id = parent.id',
  key: [
    { column: 'follow_request.requested_at', type: 'timestamptz' },
    { column: 'follow_request.id', type: 'uuid' },
  ],
  order: 'desc',
}
