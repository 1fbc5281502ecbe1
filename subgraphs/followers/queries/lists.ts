import type { KeysetList } from '../../../patterns/pagination/index.ts'

/** A row of a list of follows: the other user and the time of the follow. */
export type FollowRow = { user_id: string; followed_at: Date }

export const FOLLOWERS: KeysetList = {
  name: 'User.followers',
  select: 'follow.follower_id as user_id, follow.followed_at',
  from: 'follow',
  where: 'follow.followee_id = parent.id',
  key: [
    { column: 'follow.followed_at', type: 'timestamptz' },
    { column: 'follow.follower_id', type: 'uuid' },
  ],
  order: 'desc',
}

export const FOLLOWING: KeysetList = {
  name: 'User.following',
  select: 'follow.followee_id as user_id, follow.followed_at',
  from: 'follow',
  where: 'follow.follower_id = parent.id',
  key: [
    { column: 'follow.followed_at', type: 'timestamptz' },
    { column: 'follow.followee_id', type: 'uuid' },
  ],
  order: 'desc',
}

/** Followers of the parent whom the viewer, `$3`, also follows. */
export const FOLLOWERS_YOU_KNOW: KeysetList = {
  ...FOLLOWERS,
  name: 'User.followersYouKnow',
  from: 'follow join follow mine on mine.followee_id = follow.follower_id',
  where: 'follow.followee_id = parent.id and mine.follower_id = $3::uuid',
  extras: 1,
}
