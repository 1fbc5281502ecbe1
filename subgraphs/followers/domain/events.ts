import { event, type DomainEvent } from '../../../contracts/events.ts'
import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import type { Pair, RelationEvent } from './relation.ts'

/** Who caused an event, and when it was recorded. `actor` is null if no user did: a decision, or an expiry. */
export type Recorded = { actor: Uuid | null; at: Date }

/** The name of a pair's stream. Integration events of the pair have the same key. */
export function streamOf({ follower, followee }: Pair): string {
  return `${formatId('user', follower)}>${formatId('user', followee)}`
}

/** The events that other services may know, derived from those of the stream. Imported events have none. */
export function relationEvents(
  { follower, followee }: Pair,
  events: readonly RelationEvent[],
  { actor, at }: Recorded,
): DomainEvent[] {
  const ids = { followerId: formatId('user', follower), followeeId: formatId('user', followee) }
  const blockIds = { blockerId: ids.followerId, blockedId: ids.followeeId }
  const touches = [facets.relations(ids.followerId), facets.relations(ids.followeeId)]
  const time = at.toISOString()
  return events.map(({ type, data }): DomainEvent => {
    switch (type) {
      case 'FollowRequested':
        return event('follow.requested', { ...ids, requestId: data.requestId, requestedAt: time }, touches)
      case 'FollowAccepted':
        return event('user.followed', { ...ids, requestId: data.requestId, followedAt: time }, touches)
      case 'FollowDeclined':
        return event('follow.closed', { ...ids, requestId: data.requestId, reason: 'declined' }, touches)
      case 'FollowRequestClosed':
        return event('follow.closed', { ...ids, ...data }, touches)
      case 'FollowEnded': {
        const byFollowee = data.by === 'followee' || (data.by === 'block' && actor === followee)
        return event('user.unfollowed', { ...ids, by: byFollowee ? 'followee' : 'follower' }, touches)
      }
      case 'Blocked':
        return event('user.blocked', { ...blockIds, blockedAt: time }, touches)
      case 'Unblocked':
        return event('user.unblocked', blockIds, touches)
    }
  })
}
