import { event, type DomainEvent } from '../../../contracts/events.ts'
import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'

/** A request to follow. The id is never used again. */
export type FollowRequest = { id: Uuid; followerId: Uuid; followeeId: Uuid }

/** `nobody`: no user has the id of the followee. `withdrawn`: the request ended before anybody decided it. */
export type Decision = 'accepted' | 'declined' | 'nobody' | 'withdrawn'

/**
 * Decides a request by the setting of the followee.
 *
 * @param approves whether the followee approves followers by hand. Null if there is no such user
 * @returns null if the request waits for the followee
 */
export function decideRequest(approves: boolean | null): Decision | null {
  if (approves === null) return 'nobody'
  return approves ? null : 'accepted'
}

/** The event that tells a decision. A withdrawn request that comes again, after a restore of its owner, ends as declined. */
export function decided(asked: FollowRequest, decision: Decision): DomainEvent {
  const { request, touches } = partsOf(asked)
  if (decision === 'accepted') return event('follow.accepted', request, touches)
  const reason = decision === 'nobody' ? 'nobody' : 'declined'
  return event('follow.declined', { ...request, reason }, touches)
}

/** The event of a request that waits for its followee. */
export function waits(asked: FollowRequest): DomainEvent {
  const { request, touches } = partsOf(asked)
  return event('follow.waiting', request, touches)
}

function partsOf({ id, followerId, followeeId }: FollowRequest) {
  const followee = formatId('user', followeeId)
  return {
    request: { requestId: id, followerId: formatId('user', followerId), followeeId: followee },
    touches: [facets.followRequests(followee)],
  }
}

/** Requests of these users ended. */
export function requestsChanged(followees: readonly Uuid[]): DomainEvent {
  const touches = followees.map((id) => facets.followRequests(formatId('user', id)))
  return event('copy.changed', { source: 'followers' }, touches)
}

/** The key of the events of a request. */
export function keyOf({ followerId, followeeId }: Pick<FollowRequest, 'followerId' | 'followeeId'>): string {
  return `${formatId('user', followerId)}>${formatId('user', followeeId)}`
}
