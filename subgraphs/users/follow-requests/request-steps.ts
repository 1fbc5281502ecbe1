import { isUuid, parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import type { Decision, FollowRequest } from '../domain/follow-request.ts'

/** What an event of followers means for a request: somebody asks, or the request has ended. */
export type Step = { request: FollowRequest } & (
  | { kind: 'asked'; requestedAt: Date }
  | { kind: 'ended'; decision: Decision }
)

/** The events that are understood, with their versions. */
export const VERSIONS = { 'follow.requested': 1, 'follow.closed': 1, 'user.followed': 1 } as const

/**
 * Reads the required fields of an event. Other fields may be added later.
 *
 * @returns null if the event concerns no request: a follow from before requests
 * @throws TypeError naming the invalid field
 */
export function readStep({ type, payload }: { type: string; payload: unknown }): Step | null {
  const fields = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {}
  const { requestId, requestedAt, reason } = fields
  if (type === 'user.followed' && requestId === undefined) return null
  if (typeof requestId !== 'string' || !isUuid(requestId)) throw wrong(type, 'requestId', 'a uuid', requestId)
  const userIn = (field: 'followerId' | 'followeeId') => requireUser(type, field, fields[field])
  const request = { id: requestId, followerId: userIn('followerId'), followeeId: userIn('followeeId') }
  if (type === 'user.followed') return { request, kind: 'ended', decision: 'accepted' }
  if (type === 'follow.closed') {
    return { request, kind: 'ended', decision: reason === 'declined' ? 'declined' : 'withdrawn' }
  }
  const at = typeof requestedAt === 'string' ? new Date(requestedAt) : null
  if (!at || Number.isNaN(at.getTime())) throw wrong(type, 'requestedAt', 'a time', requestedAt)
  return { request, kind: 'asked', requestedAt: at }
}

function requireUser(type: string, field: string, value: unknown): Uuid {
  const id = typeof value === 'string' ? parseIdOf('user', value) : null
  if (id === null) throw wrong(type, field, 'the id of a user', value)
  return id
}

function wrong(type: string, field: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${type}: payload.${field}: expected ${expected}, got ${JSON.stringify(value)}`)
}
