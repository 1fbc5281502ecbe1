import { BLOCKS, type ExportedBlock } from '../../contracts/exports.ts'
import type { Exports } from '../../service/change-log/export-route.ts'

const BLOCK: Readonly<Record<keyof ExportedBlock, string>> = {
  blockerId: 'blocker_id',
  blockedId: 'blocked_id',
}

export const followersExports: Exports = {
  [BLOCKS]: () => `select ${selected(BLOCK)} from block`,
}

/** The columns of a row, each under the name of its field. */
function selected(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([field, column]) => `${column} as "${field}"`)
    .join()
}
