import type { Uuid } from '../../../contracts/ids.ts'
import type { WithSql } from '../../../platform/postgres/prisma-transactions.ts'
import type { Prisma } from '../../../prisma/followers/generated/client.ts'
import type { Change, Relation } from '../domain/relation.ts'

export type Tx = WithSql<Prisma.TransactionClient>
type Pair = { actor: Uuid; other: Uuid }

/** Serializes commands on one pair of users, in both directions, until the transaction ends. */
export async function lockPair(tx: Tx, { actor, other }: Pair): Promise<void> {
  const pair = [actor, other].toSorted().join(' ')
  await tx.$queryRaw`select pg_advisory_xact_lock(hashtextextended(${pair}, 0))::text`
}

export async function loadRelation(tx: Tx, { actor, other }: Pair): Promise<Relation> {
  const [row] = await tx.$queryRaw<Relation[]>`
    select
      exists (select from follow where follower_id = ${actor}::uuid and followee_id = ${other}::uuid) as follows,
      exists (select from follow where follower_id = ${other}::uuid and followee_id = ${actor}::uuid) as "followedBy",
      exists (select from block where blocker_id = ${actor}::uuid and blocked_id = ${other}::uuid) as blocks,
      exists (select from block where blocker_id = ${other}::uuid and blocked_id = ${actor}::uuid) as "blockedBy"`
  if (!row) throw new Error('a query without FROM returned no row')
  return row
}

/** Writes the changes and updates the counts. */
export async function applyChanges(tx: Tx, pair: Pair, changes: readonly Change[], now: Date): Promise<void> {
  const steps: CountStep[] = []
  for (const change of changes) steps.push(...(await applyChange(tx, pair, change, now)))
  // Rows are locked in the order of their ids, so that two transactions on the same two users cannot deadlock.
  for (const step of steps.toSorted((a, b) => (a.user < b.user ? -1 : 1))) {
    await tx.$executeRaw`
      insert into follow_count as own (user_id, follower_count, following_count)
      values (${step.user}::uuid, greatest(${step.followers}::int, 0), greatest(${step.following}::int, 0))
      on conflict (user_id) do update set
        follower_count = own.follower_count + ${step.followers}::int,
        following_count = own.following_count + ${step.following}::int`
  }
}

type CountStep = { user: Uuid; followers: number; following: number }

async function applyChange(tx: Tx, { actor, other }: Pair, change: Change, now: Date): Promise<CountStep[]> {
  switch (change.type) {
    case 'Followed':
      await tx.follow.create({ data: { followerId: actor, followeeId: other, followedAt: now } })
      return countSteps(actor, other, 1)
    case 'Unfollowed': {
      const [followerId, followeeId] = change.by === 'actor' ? [actor, other] : [other, actor]
      await tx.follow.delete({ where: { followerId_followeeId: { followerId, followeeId } } })
      return countSteps(followerId, followeeId, -1)
    }
    case 'Blocked':
      await tx.block.create({ data: { blockerId: actor, blockedId: other, blockedAt: now } })
      return []
    case 'Unblocked':
      await tx.block.delete({ where: { blockerId_blockedId: { blockerId: actor, blockedId: other } } })
      return []
  }
}

function countSteps(follower: Uuid, followee: Uuid, by: 1 | -1): CountStep[] {
  return [
    { user: follower, followers: 0, following: by },
    { user: followee, followers: by, following: 0 },
  ]
}
