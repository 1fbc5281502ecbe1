import { itemLockKey } from '../../../contracts/advisory-locks.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Change, Relation } from '../domain/relation.ts'

type Pair = { actor: Uuid; other: Uuid }

/** Serializes commands on one pair of users, in both directions, until the transaction ends. */
export async function lockPair(tx: Sql, { actor, other }: Pair): Promise<void> {
  const pair = [actor, other].toSorted().join(' ')
  await tx(`select pg_advisory_xact_lock(${itemLockKey('relation', '$1')})`, pair)
}

export async function loadRelation(tx: Sql, { actor, other }: Pair): Promise<Relation> {
  const [row] = await tx<Relation>(
    `select
       exists (select from follow where follower_id = $1 and followee_id = $2) as follows,
       exists (select from follow where follower_id = $2 and followee_id = $1) as "followedBy",
       exists (select from block where blocker_id = $1 and blocked_id = $2) as blocks,
       exists (select from block where blocker_id = $2 and blocked_id = $1) as "blockedBy"`,
    actor,
    other,
  )
  if (!row) throw new Error('a query without FROM returned no row')
  return row
}

/** Writes the changes and updates the counts. */
export async function applyChanges(
  tx: Sql,
  pair: Pair,
  changes: readonly Change[],
  now: Date,
): Promise<void> {
  const steps: CountStep[] = []
  for (const change of changes) steps.push(...(await applyChange(tx, pair, change, now)))
  // Rows are locked in the order of their ids, so that two transactions on the same two users cannot deadlock.
  for (const step of steps.toSorted((a, b) => (a.user < b.user ? -1 : 1))) {
    await tx(
      `insert into follow_count as own (user_id, follower_count, following_count)
       values ($1, greatest($2::integer, 0), greatest($3::integer, 0))
       on conflict (user_id) do update set
         follower_count = own.follower_count + $2, following_count = own.following_count + $3`,
      step.user,
      step.followers,
      step.following,
    )
  }
}

type CountStep = { user: Uuid; followers: number; following: number }

async function applyChange(tx: Sql, { actor, other }: Pair, change: Change, now: Date): Promise<CountStep[]> {
  switch (change.type) {
    case 'Followed':
      await tx(
        'insert into follow (follower_id, followee_id, followed_at) values ($1, $2, $3)',
        actor,
        other,
        now,
      )
      return countSteps(actor, other, 1)
    case 'Unfollowed': {
      const [followerId, followeeId] = change.by === 'actor' ? [actor, other] : [other, actor]
      await tx('delete from follow where follower_id = $1 and followee_id = $2', followerId, followeeId)
      return countSteps(followerId, followeeId, -1)
    }
    case 'Blocked':
      await tx(
        'insert into block (blocker_id, blocked_id, blocked_at) values ($1, $2, $3)',
        actor,
        other,
        now,
      )
      return []
    case 'Unblocked':
      await tx('delete from block where blocker_id = $1 and blocked_id = $2', actor, other)
      return []
  }
}

function countSteps(follower: Uuid, followee: Uuid, by: 1 | -1): CountStep[] {
  return [
    { user: follower, followers: 0, following: by },
    { user: followee, followers: by, following: 0 },
  ]
}
