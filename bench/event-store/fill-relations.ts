import { formatId, type Uuid } from '../../contracts/ids.ts'
import { streamOf } from '../../subgraphs/followers/domain/events.ts'
import type { Pair } from '../../subgraphs/followers/domain/relation.ts'
import { runSql } from '../system/sql.ts'

/** Followed users of each user. */
const FOLLOWED = 100
/** Streams that are written at a time. */
const BATCH = 20_000

/**
 * Fills an empty database of relations: each user follows the next hundred, stopped, and follows them again. So each pair has
 * a stream of five events, an ended period and an open one.
 */
export async function fillRelations(url: string, streams: number): Promise<Pair[]> {
  const users = Math.ceil(streams / FOLLOWED) + FOLLOWED
  const pairs = Array.from({ length: streams }, (_, i): Pair => {
    const follower = Math.floor(i / FOLLOWED)
    return { follower: userOf(follower), followee: userOf((follower + (i % FOLLOWED) + 1) % users) }
  })
  for (let from = 0; from < streams; from += BATCH) {
    const batch = pairs.slice(from, from + BATCH)
    await runSql(url, EVENTS, [batch.map(streamOf), batch.map(({ follower }) => formatId('user', follower))])
    const ids = [batch.map(({ follower }) => follower), batch.map(({ followee }) => followee)]
    await runSql(url, PERIODS, ids)
  }
  await runSql(url, COUNTS)
  await runSql(url, 'vacuum (analyze, freeze)')
  return pairs
}

/** Ids that are spread like random ones, and are the same in each run. */
function userOf(nth: number): Uuid {
  const hex = (Math.imul(nth + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
  return `${hex}-0000-7000-8000-${nth.toString(16).padStart(12, '0')}`
}

/** When the nth event of a stream happened: a day between two. */
const AT = (n: number) => `timestamptz '2026-01-01 00:00Z' + interval '${n} days'`

const EVENTS = `
  insert into stream_event (stream, version, type, schema, data, meta, recorded_at)
  select stream, version, type, 1,
         case when type = 'FollowEnded' then '{"by": "follower"}'::jsonb
              else jsonb_build_object('requestId', case when version < 4 then one else two end) end,
         case when type = 'FollowAccepted' then '{}'::jsonb else jsonb_build_object('actor', actor) end,
         timestamptz '2026-01-01 00:00Z' + version * interval '1 day'
  from unnest($1::text[], $2::text[]) as pair (stream, actor)
  cross join lateral (select gen_random_uuid() as one, gen_random_uuid() as two where pair.stream is not null) as request
  cross join (values (1, 'FollowRequested'), (2, 'FollowAccepted'), (3, 'FollowEnded'), (4, 'FollowRequested'),
                     (5, 'FollowAccepted')) as event (version, type)`

const PERIODS = `
  insert into follow_period (follower_id, followee_id, began_at, ended_at)
  select pair.*, period.* from unnest($1::uuid[], $2::uuid[]) as pair
  cross join (values (${AT(2)}, ${AT(3)}), (${AT(5)}, null)) as period`

const COUNTS = `
  insert into follow_count (user_id, follower_count, following_count)
  select id, count(*) filter (where not follows), count(*) filter (where follows)
  from follow_period, lateral (values (follower_id, true), (followee_id, false)) as side (id, follows)
  where ended_at is null group by id`
