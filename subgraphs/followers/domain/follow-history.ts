import type { Uuid } from '../../../contracts/ids.ts'
import type { Pair, RelationEvent } from './relation.ts'

/** The values of `FollowHistoryEvent` in the API. */
export type HistoryEvent =
  | 'REQUESTED'
  | 'ACCEPTED'
  | 'DECLINED'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'ENDED'
  | 'BLOCKED'
  | 'UNBLOCKED'

/** Who did it: the one who follows, the one who is followed, or nobody. */
export type HistoryActor = keyof Pair | null

/**
 * What one of the two may know about an event. A user must not see that they were blocked: a follow that a block ended looks
 * like one that was ended, and a request like one that was cancelled or declined. `Blocked` and `Unblocked` are for the user
 * who blocks; the caller leaves out those of the other.
 *
 * @param pair the users of the stream
 * @param actor the user who caused the event
 */
export function describeEvent(
  { type, data }: RelationEvent,
  pair: Pair,
  actor: Uuid | null,
): { event: HistoryEvent; by: HistoryActor } {
  const blocker = actor === pair.followee ? 'followee' : 'follower'
  switch (type) {
    case 'FollowRequested':
      return { event: 'REQUESTED', by: 'follower' }
    case 'FollowAccepted':
      return { event: 'ACCEPTED', by: 'followee' }
    case 'FollowDeclined':
      return { event: 'DECLINED', by: 'followee' }
    case 'FollowRequestClosed': {
      if (data.reason === 'expired') return { event: 'EXPIRED', by: null }
      const by = data.reason === 'blocked' ? blocker : 'follower'
      return { event: by === 'follower' ? 'CANCELLED' : 'DECLINED', by }
    }
    case 'FollowEnded':
      return { event: 'ENDED', by: data.by === 'block' ? blocker : data.by }
    case 'Blocked':
      return { event: 'BLOCKED', by: 'follower' }
    case 'Unblocked':
      return { event: 'UNBLOCKED', by: 'follower' }
  }
}
