import type { Sql } from '../../../contracts/sql.ts'
import type { ExportedBlock } from '../../../contracts/exports.ts'
import { isUuid } from '../../../contracts/ids.ts'
import type { CompareRows, Copy } from '../../../patterns/change-log/index.ts'

/** Builds the copy of blocks from followers' export. */
export const blockCopy: Copy = {
  async clear(tx) {
    await tx('delete from block')
  },
  async add(tx, rows) {
    await tx(
      'insert into block (blocker_id, blocked_id) select * from unnest($1::uuid[], $2::uuid[])',
      ...columns(rows.map(requireBlock)),
    )
  },
}

/** Less than every pair of a block: no user has this id. */
const START: ExportedBlock = {
  blockerId: '00000000-0000-0000-0000-000000000000',
  blockedId: '00000000-0000-0000-0000-000000000000',
}

/**
 * Finds exported blocks that the copy lacks, and blocks of the copy that are not exported. The export is ordered by pair, so
 * the blocks of the copy between the last pairs of two batches are compared with the second batch.
 */
export function compareBlocks(sql: Sql): CompareRows {
  let after = START
  return async (rows, last) => {
    const blocks = rows.map(requireBlock)
    const until = last ? null : (blocks.at(-1) ?? after)
    const wrong = await sql<{ pair: string }>(
      `select coalesce(exported.blocker_id, copied.blocker_id) || '>' || coalesce(exported.blocked_id, copied.blocked_id) as pair
       from unnest($1::uuid[], $2::uuid[]) as exported (blocker_id, blocked_id)
       full join (
         select blocker_id, blocked_id from block
         where (blocker_id, blocked_id) > ($3::uuid, $4::uuid)
           and ($5::uuid is null or (blocker_id, blocked_id) <= ($5::uuid, $6::uuid))
       ) copied
         on exported.blocker_id = copied.blocker_id and exported.blocked_id = copied.blocked_id
       where exported.blocker_id is null or copied.blocker_id is null`,
      ...columns(blocks),
      after.blockerId,
      after.blockedId,
      until?.blockerId ?? null,
      until?.blockedId ?? null,
    )
    after = until ?? START
    return { wrong: wrong.map(({ pair }) => pair) }
  }
}

function columns(blocks: readonly ExportedBlock[]): unknown[] {
  return [blocks.map(({ blockerId }) => blockerId), blocks.map(({ blockedId }) => blockedId)]
}

function requireBlock(row: unknown): ExportedBlock {
  if (typeof row === 'object' && row !== null) {
    const { blockerId, blockedId } = row as Record<string, unknown>
    if (typeof blockerId === 'string' && isUuid(blockerId)) {
      if (typeof blockedId === 'string' && isUuid(blockedId)) return { blockerId, blockedId }
    }
  }
  throw new TypeError(`This row of an export is not a block: ${JSON.stringify(row).slice(0, 200)}`)
}
