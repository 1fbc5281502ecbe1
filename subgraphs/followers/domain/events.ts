import { event, type DomainEvent } from '../../../contracts/events.ts'
import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import type { Change } from './relation.ts'

/** The events for the changes between the actor and the other user, in the order of the changes. */
export function relationEvents(
  { actor, other }: { actor: Uuid; other: Uuid },
  changes: readonly Change[],
  now: Date,
): DomainEvent[] {
  const [actorId, otherId] = [formatId('user', actor), formatId('user', other)]
  const touches = [facets.relations(actorId), facets.relations(otherId)]
  const at = now.toISOString()
  return changes.map((change): DomainEvent => {
    switch (change.type) {
      case 'Followed':
        return event('user.followed', { followerId: actorId, followeeId: otherId, followedAt: at }, touches)
      case 'Unfollowed':
        return change.by === 'actor'
          ? event('user.unfollowed', { followerId: actorId, followeeId: otherId, by: 'follower' }, touches)
          : event('user.unfollowed', { followerId: otherId, followeeId: actorId, by: 'followee' }, touches)
      case 'Blocked':
        return event('user.blocked', { blockerId: actorId, blockedId: otherId, blockedAt: at }, touches)
      case 'Unblocked':
        return event('user.unblocked', { blockerId: actorId, blockedId: otherId }, touches)
    }
  })
}
