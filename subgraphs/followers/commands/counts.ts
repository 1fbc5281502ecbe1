import type { Uuid } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { Pair } from '../domain/relation.ts'

/** A follow that began (1) or ended (-1). */
type Counted = Pair & { by: 1 | -1 }

/** A user whose counts were never needed before gets a row. */
const CREATE = `
  insert into follow_count (user_id, follower_count, following_count)
  select id, 0, 0 from unnest($1::uuid[]) as id order by id on conflict do nothing`

/** The rows are locked in the order of their ids, whatever the plan of the update is. */
const ADD = `
  with own as materialized (
    select user_id from follow_count where user_id = any($1::uuid[]) order by user_id for update
  )
  update follow_count count set follower_count = count.follower_count + change.followers,
                                following_count = count.following_count + change.following
  from own join unnest($1::uuid[], $2::integer[], $3::integer[]) as change (user_id, followers, following) using (user_id)
  where count.user_id = own.user_id`

/**
 * Adds to the counts of users, summed: one change for each user, in the order of their ids. So transactions on the same users
 * cannot deadlock.
 */
export async function addToCounts(tx: Sql, counted: readonly Counted[]): Promise<void> {
  const changes = new Map<Uuid, { followers: number; following: number }>()
  const add = (user: Uuid, followers: number, following: number) => {
    const sum = changes.get(user) ?? { followers: 0, following: 0 }
    changes.set(user, { followers: sum.followers + followers, following: sum.following + following })
  }
  for (const { follower, followee, by } of counted) {
    add(follower, 0, by)
    add(followee, by, 0)
  }
  if (changes.size === 0) return
  const users = [...changes.keys()]
  const sums = [...changes.values()]
  await tx(CREATE, users)
  await tx(
    ADD,
    users,
    sums.map(({ followers }) => followers),
    sums.map(({ following }) => following),
  )
}
