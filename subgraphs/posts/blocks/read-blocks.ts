import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { BlockBetween } from '../domain/blocks.ts'

/**
 * The blocks between a user and others, in both directions, as the copy has them now. A user without a block is missing in
 * the result. If both users block each other, it is `blocks`.
 */
export async function readBlocks(
  tx: Sql,
  user: Uuid,
  others: readonly Uuid[],
): Promise<ReadonlyMap<Uuid, BlockBetween>> {
  const strangers = others.filter((other) => other !== user)
  if (strangers.length === 0) return new Map()
  const rows = await tx<{ id: Uuid; between: BlockBetween }>(
    `select blocker_id as id, 'blockedBy' as between from block where blocked_id = $1 and blocker_id = any($2::uuid[])
     union all
     select blocked_id, 'blocks' from block where blocker_id = $1 and blocked_id = any($2::uuid[])`,
    user,
    strangers,
  )
  // Of two rows of one user, the later one counts.
  return new Map(rows.map(({ id, between }) => [id, between]))
}
