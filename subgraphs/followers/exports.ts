import {
  BLOCKS,
  OPEN_FOLLOW_REQUESTS,
  type ExportedBlock,
  type ExportedFollowRequest,
} from '../../contracts/exports.ts'
import type { Exports } from '../../service/change-log/export-route.ts'

const BLOCK: Readonly<Record<keyof ExportedBlock, string>> = {
  blockerId: 'blocker_id',
  blockedId: 'blocked_id',
}

const REQUEST: Readonly<Record<keyof ExportedFollowRequest, string>> = {
  requestId: 'id',
  followerId: 'follower_id',
  followeeId: 'followee_id',
  requestedAt: `to_char(requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
}

/** Blocks are ordered by pair, so that a copy can be compared batch by batch. */
export const followersExports: Exports = {
  [OPEN_FOLLOW_REQUESTS]: () => `select ${selected(REQUEST)} from follow_request`,
  [BLOCKS]: () => `select ${selected(BLOCK)} from block order by blocker_id, blocked_id`,
}

/** The columns of a row, each under the name of its field. */
function selected(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([field, column]) => `${column} as "${field}"`)
    .join()
}
