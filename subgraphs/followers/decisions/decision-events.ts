import { randomUUID } from 'node:crypto'
import { checkEvent } from '../../../contracts/events.ts'
import { isFailure } from '../../../contracts/failure.ts'
import { isUuid, parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { insertEvents, type EventRecord, type Handler } from '../../../patterns/change-log/index.ts'
import { systemClock } from '../../../platform/clock.ts'
import { decideRelations, lockPairs, type Change } from '../commands/decide-relations.ts'

/**
 * Applies users' decisions about requests to follow. Law: a decision has an effect only if its request is open. Then an
 * accepted request becomes a follow, and a declined one ends as if it had never been.
 */
export const decisionEvents: Handler = {
  versions: { 'follow.accepted': 1, 'follow.declined': 1, 'follow.waiting': 1 },
  async apply(tx, events) {
    const waiting = events.filter(({ type }) => type === 'follow.waiting').map(requestIdOf)
    const decisions = events.filter(({ type }) => type !== 'follow.waiting').map(read)
    if (waiting.length > 0) await tx(WAITS, waiting)
    if (decisions.length > 0) await applyDecisions(tx, decisions)
  },
}

/**
 * Locks the rows in the order of their ids. A request that has ended is not there. Events do not change: whether a request waits says only
 * how long its decision may take.
 */
const WAITS = `
  with open as (select id from follow_request where id = any($1::uuid[]) order by id for update)
  update follow_request request set waits = true from open where request.id = open.id`

/** Maximum number of streams that one statement locks. */
const MAX_LOCKS = 1_000

/**
 * Applies decisions in order. All streams are locked with one statement, and each count is changed once. Otherwise a batch and
 * a user's command could deadlock.
 */
export async function applyDecisions(tx: Sql, changes: readonly Change[]): Promise<void> {
  const pairs = changes.map(({ pair }) => pair)
  // A batch of the log is one statement. Only a rebuild after a restore may have more decisions.
  for (let from = 0; from < pairs.length; from += MAX_LOCKS)
    await lockPairs(tx, pairs.slice(from, from + MAX_LOCKS))
  const decided = await decideRelations(tx, changes, { clock: systemClock, newId: randomUUID, actor: null })
  if (isFailure(decided)) throw new Error(`A decision cannot fail: ${decided.message}`)
  await insertEvents(tx, decided.events, checkEvent)
}

function requestIdOf({ type, payload }: EventRecord): Uuid {
  const requestId = (payload as { requestId?: unknown } | null)?.requestId
  if (typeof requestId === 'string' && isUuid(requestId)) return requestId
  throw wrong(type, 'requestId', 'a uuid', requestId)
}

/** Reads the required fields. Other fields may be added later. @throws TypeError naming the invalid field */
function read(event: EventRecord): Change {
  const { type, payload } = event
  const requestId = requestIdOf(event)
  const fields = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {}
  const { reason } = fields
  const userIn = (field: string): Uuid => {
    const value = fields[field]
    const id = typeof value === 'string' ? parseIdOf('user', value) : null
    if (id === null) throw wrong(type, field, 'the id of a user', value)
    return id
  }
  const pair = { follower: userIn('followerId'), followee: userIn('followeeId') }
  if (type === 'follow.accepted') return { pair, command: { type: 'accept', requestId } }
  if (reason !== 'declined' && reason !== 'nobody')
    throw wrong(type, 'reason', '"declined" or "nobody"', reason)
  return { pair, command: { type: 'decline', requestId, reason } }
}

function wrong(type: string, field: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${type}: payload.${field}: expected ${expected}, got ${JSON.stringify(value)}`)
}
