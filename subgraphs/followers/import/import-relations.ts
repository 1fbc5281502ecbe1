import type { Uuid } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { beginStreams } from '../../../patterns/event-store/index.ts'
import { streamOf } from '../domain/events.ts'
import { RELATION_SCHEMAS, type Pair, type RelationEvent } from '../domain/relation.ts'

export type Imported = { pair: Pair; events: RelationEvent[] }

const OLDER = `
  select pair.follower_id as follower, pair.followee_id as followee, period.began_at, block.blocked_at
  from unnest($1::uuid[], $2::uuid[]) as pair (follower_id, followee_id)
  left join follow_period period on (period.follower_id, period.followee_id) = (pair.follower_id, pair.followee_id)
    and period.ended_at is null
  left join block on (block.blocker_id, block.blocked_id) = (pair.follower_id, pair.followee_id)
  where period.began_at is not null or block.blocked_at is not null`

/**
 * Begins the streams of follows and blocks that are older than the event store. The events are recorded at the time of the
 * follow or block, and marked as imported. Other services know them already, so they write nothing for them.
 *
 * @param pairs are locked, and have no stream
 */
export async function importRelations(
  tx: Sql,
  pairs: readonly Pair[],
  newId: () => Uuid,
): Promise<Imported[]> {
  if (pairs.length === 0) return []
  const older = await tx<Pair & { began_at: Date | null; blocked_at: Date | null }>(
    OLDER,
    pairs.map(({ follower }) => follower),
    pairs.map(({ followee }) => followee),
  )
  const imported = older.map(({ follower, followee, began_at: beganAt, blocked_at: blockedAt }) => {
    const events: RelationEvent[] = beganAt ? began(newId()) : [{ type: 'Blocked', data: {} }]
    return { pair: { follower, followee }, events, at: beganAt ?? blockedAt ?? new Date(0) }
  })
  await beginStreams(
    tx,
    imported.map(({ pair, events, at }) => ({
      stream: streamOf(pair),
      at,
      events: events.map((event) => ({ ...event, meta: { imported: true } })),
    })),
    RELATION_SCHEMAS,
  )
  return imported
}

function began(requestId: Uuid): RelationEvent[] {
  return [
    { type: 'FollowRequested', data: { requestId } },
    { type: 'FollowAccepted', data: { requestId } },
  ]
}
