import type { KeysetList } from '../../../patterns/pagination/index.ts'

/** A row of a list of follows: the other user and the time of the follow. */
export type FollowRow = { user_id: string; followed_at: Date }

export type BlockRow = { user_id: string; blocked_at: Date }

/** The open period of two users is the follow. */
export const FOLLOWERS: KeysetList = {
  name: 'User.followers',
  select: 'period.follower_id as user_id, period.began_at as followed_at',
  from: 'follow_period period',
  where: 'period.followee_id = parent.id and period.ended_at is null',
  key: [
    { column: 'period.began_at', type: 'timestamptz' },
    { column: 'period.follower_id', type: 'uuid' },
  ],
  order: 'desc',
}

export const FOLLOWING: KeysetList = {
  name: 'User.following',
  select: 'period.followee_id as user_id, period.began_at as followed_at',
  from: 'follow_period period',
  where: 'period.follower_id = parent.id and period.ended_at is null',
  key: [
    { column: 'period.began_at', type: 'timestamptz' },
    { column: 'period.followee_id', type: 'uuid' },
  ],
  order: 'desc',
}

/** Followers of the parent whom the viewer, `$3`, also follows. */
export const FOLLOWERS_YOU_KNOW: KeysetList = {
  ...FOLLOWERS,
  name: 'User.followersYouKnow',
  from: 'follow_period period join follow_period mine on mine.followee_id = period.follower_id',
  where: `period.followee_id = parent.id and period.ended_at is null
    and mine.follower_id = $3::uuid and mine.ended_at is null`,
  extras: 1,
}

/** The users whom the viewer blocks. */
export const BLOCKING: KeysetList = {
  name: 'Viewer.blocking',
  select: 'block.blocked_id as user_id, block.blocked_at',
  from: 'block',
  where: 'block.blocker_id = parent.id',
  key: [
    { column: 'block.blocked_at', type: 'timestamptz' },
    { column: 'block.blocked_id', type: 'uuid' },
  ],
  order: 'desc',
}
