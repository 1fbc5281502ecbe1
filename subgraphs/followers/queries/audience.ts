import type { Uuid } from '../../../contracts/ids.ts'
import type { PageReader } from '../../../patterns/pagination/index.ts'
import { apiError } from '../../../platform/graphql/errors.ts'
import {
  audiencePoints,
  intervalEnds,
  MAX_POINTS,
  type AudienceChange,
  type AudienceInterval,
  type AudiencePoint,
} from '../domain/audience.ts'

export type AudienceRange = { from: Date; to: Date; by: AudienceInterval }

/**
 * The changes after `$2[1]`, by interval, and the number of followers now, in one snapshot. A change belongs to the interval
 * that ends at its time or later. `width_bucket` puts a time that equals an end into the next interval, so 1 ms is added to
 * the ends. Times are whole milliseconds.
 */
const CHANGES = {
  name: 'audience',
  text: `
    with edge as (
      select array_agg(t + interval '1 millisecond' order by t) as times from unnest($2::timestamptz[]) as t
    ), change as (
      select width_bucket(began_at, edge.times) as bucket, 1 as gained, 0 as lost from edge, follow_period
        where followee_id = $1::uuid and ended_at is null and began_at > ($2::timestamptz[])[1]
      union all
      select width_bucket(began_at, edge.times), 1, 0 from edge, follow_period
        where followee_id = $1::uuid and ended_at is not null and began_at > ($2::timestamptz[])[1]
      union all
      select width_bucket(ended_at, edge.times), 0, 1 from edge, follow_period
        where followee_id = $1::uuid and ended_at > ($2::timestamptz[])[1]
    )
    select bucket, sum(gained)::integer as gained, sum(lost)::integer as lost,
      coalesce((select follower_count from follow_count where user_id = $1::uuid), 0) as now
    from (select * from change union all values (0, 0, 0)) as change group by bucket`,
}

/**
 * How the number of a user's followers changed between two times.
 *
 * @throws GraphQLError with code BAD_USER_INPUT if there would be too many points, or none
 */
export async function readAudience(
  reader: PageReader,
  user: Uuid,
  { from, to, by }: AudienceRange,
): Promise<AudiencePoint[]> {
  if (from >= to) {
    const times = `${from.toISOString()} is not before \`to\`, ${to.toISOString()}`
    throw apiError('BAD_USER_INPUT', `from: ${times}. Pass an earlier time.`)
  }
  const ends = intervalEnds(from, to, by)
  if (ends.length > MAX_POINTS) {
    throw apiError(
      'BAD_USER_INPUT',
      `by: ${by} makes more than ${MAX_POINTS} points from ${from.toISOString()} to ${to.toISOString()}. \
Pass a longer interval, or times that are closer together.`,
    )
  }
  const rows = await reader.query<AudienceChange & { now: number }>(CHANGES, [
    user,
    [from, ...ends].map((time) => time.toISOString()),
  ])
  return audiencePoints(ends, rows[0]?.now ?? 0, rows)
}
