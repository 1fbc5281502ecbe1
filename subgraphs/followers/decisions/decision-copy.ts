import type { ExportedFollowDecision } from '../../../contracts/exports.ts'
import { isUuid, type Uuid } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { CompareRows, Copy } from '../../../patterns/change-log/index.ts'
import type { Change } from '../commands/decide-relations.ts'
import { applyDecisions } from './decision-events.ts'

/** Decisions of open requests that a rebuild has read so far, by its transaction. */
const collected = new WeakMap<Sql, Change[]>()

/**
 * Builds nothing: it applies those of users' decisions that are still missing here, after users or followers was restored, or
 * after users' log has expired. The end of each request is in its stream, so nothing is removed.
 *
 * The decisions are applied after the last row, because the streams of a transaction are locked with one statement.
 */
export const decisionCopy: Copy = {
  async clear(tx) {
    collected.set(tx, [])
  },
  async add(tx, rows) {
    const decisions = new Map(rows.map(requireDecision).map((decision) => [decision.requestId, decision]))
    const open = await readOpen(tx, [...decisions.keys()])
    const changes = open.flatMap((id) => changeOf(decisions.get(id)))
    collected.get(tx)?.push(...changes)
  },
  async end(tx) {
    const changes = collected.get(tx) ?? []
    if (changes.length > 0) await applyDecisions(tx, changes)
  },
}

/** Finds exported decisions about requests that are still open here. */
export function compareDecisions(sql: Sql): CompareRows {
  return async (rows) => {
    const ids = rows.map((row) => requireDecision(row).requestId)
    return { wrong: await readOpen(sql, ids) }
  }
}

async function readOpen(sql: Sql, ids: readonly Uuid[]): Promise<Uuid[]> {
  const rows = await sql<{ id: Uuid }>('select id from follow_request where id = any($1::uuid[])', ids)
  return rows.map(({ id }) => id)
}

function changeOf(decision: ExportedFollowDecision | undefined): Change[] {
  if (!decision) return []
  const { requestId, followerId, followeeId, declined } = decision
  const pair = { follower: followerId, followee: followeeId }
  return [
    declined === null
      ? { pair, command: { type: 'accept', requestId } }
      : { pair, command: { type: 'decline', requestId, reason: declined } },
  ]
}

function requireDecision(row: unknown): ExportedFollowDecision {
  if (typeof row === 'object' && row !== null) {
    const { requestId, followerId, followeeId, declined } = row as Record<string, unknown>
    if (isId(requestId) && isId(followerId) && isId(followeeId)) {
      if (declined === null || declined === 'declined' || declined === 'nobody')
        return { requestId, followerId, followeeId, declined }
    }
  }
  throw new TypeError(`This row of an export is not a decision: ${JSON.stringify(row).slice(0, 200)}`)
}

function isId(value: unknown): value is Uuid {
  return typeof value === 'string' && isUuid(value)
}
