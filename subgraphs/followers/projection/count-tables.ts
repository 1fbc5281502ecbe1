import type { ProjectionCounters } from '../../../patterns/event-store/index.ts'

/** Counts of followers and of followed users, over the open periods. */
export const followCounts: ProjectionCounters = {
  async list(sql, after, limit) {
    const rows = await sql<{ id: string }>(LIST, after ?? '00000000-0000-0000-0000-000000000000', limit)
    return rows.map(({ id }) => id)
  },
  async wrong(sql, ids) {
    return (await sql<{ id: string }>(WRONG, ids)).map(({ id }) => id)
  },
  async repair(tx, ids) {
    await tx(CREATE, ids)
    await tx(LOCK, ids)
    await tx(REPAIR, ids)
  },
}

/** The first of each index, so that no table is read whole. */
const LIST = `
  select id from (
    (select user_id as id from follow_count where user_id > $1 order by 1 limit $2)
    union (select distinct follower_id from follow_period where ended_at is null and follower_id > $1 order by 1 limit $2)
    union (select distinct followee_id from follow_period where ended_at is null and followee_id > $1 order by 1 limit $2)
  ) as ids order by id limit $2`

const COUNTED = `
  select id, (select count(*)::integer from follow_period where followee_id = id and ended_at is null) as followers,
         (select count(*)::integer from follow_period where follower_id = id and ended_at is null) as following
  from unnest($1::uuid[]) as id`

const WRONG = `
  select id from (${COUNTED}) as counted left join follow_count on user_id = id
  where (followers, following) <> (coalesce(follower_count, 0), coalesce(following_count, 0))`

const CREATE = `
  insert into follow_count (user_id, follower_count, following_count)
  select id, 0, 0 from unnest($1::uuid[]) as id order by id on conflict do nothing`

const LOCK = 'select from follow_count where user_id = any($1::uuid[]) order by user_id for update'

const REPAIR = `
  update follow_count set follower_count = followers, following_count = following
  from (${COUNTED}) as counted where user_id = id`
