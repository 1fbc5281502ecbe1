import type { KeysetList } from '../../../patterns/pagination/index.ts'
import { FOLLOWERS, FOLLOWING } from './lists.ts'

/**
 * A follow that ended after `$3` is found in the order of the beginnings, or by its end. By the end if so few ended after it:
 * there may be a hundred thousand that began before `$3` and ended before it too. Otherwise in the order of the beginnings,
 * where a page is soon full.
 */
const FEW = 10_000

/** @param user the column of the user who has the list */
function asOf(list: KeysetList, name: string, user: 'follower_id' | 'followee_id'): KeysetList {
  const later = `select from follow_period later where later.${user} = parent.id and later.ended_at > $3::timestamptz`
  const count = `(select count(*) from (${later} limit ${FEW + 1}) as few)`
  const own = `period.${user} = parent.id and period.began_at <= $3::timestamptz`
  return {
    ...list,
    name,
    where: `${own} and period.ended_at is null`,
    also: [
      {
        // `greatest` keeps the planner from reading it in the order of the ends.
        from: 'follow_period period',
        where: `${own} and period.ended_at is not null and greatest(period.ended_at) > $3::timestamptz
          and ${count} > ${FEW}`,
      },
      {
        // `offset 0` keeps the planner from reading it in the order of the beginnings.
        from: `(
          select * from follow_period late where late.${user} = parent.id and late.ended_at > $3::timestamptz offset 0
        ) period`,
        where: `${own} and ${count} <= ${FEW}`,
      },
    ],
    extras: 1,
  }
}

/**
 * The followers of the parent at the time `$3`. A period begins with its beginning and ends before its end. The extra value is
 * a part of the cursors, so they go with one time only.
 */
export const FOLLOWERS_AS_OF = asOf(FOLLOWERS, 'Viewer.followers', 'followee_id')

/** The users whom the parent followed at the time `$3`. */
export const FOLLOWING_AS_OF = asOf(FOLLOWING, 'Viewer.following', 'follower_id')
