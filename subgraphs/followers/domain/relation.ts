import { fail, type Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'

/** The ordered pair that a stream belongs to: `follower` follows, asks to follow, or blocks `followee`. */
export type Pair = { follower: Uuid; followee: Uuid }

/** Something that happened in the stream of a pair. It is stored for ever, so it contains ids only, never names or texts. */
export type RelationEvent =
  | { type: 'FollowRequested'; data: { requestId: Uuid } }
  | { type: 'FollowAccepted'; data: { requestId: Uuid } }
  | { type: 'FollowDeclined'; data: { requestId: Uuid; reason: 'declined' | 'nobody' } }
  | { type: 'FollowRequestClosed'; data: { requestId: Uuid; reason: 'cancelled' | 'blocked' | 'expired' } }
  | { type: 'FollowEnded'; data: { by: 'follower' | 'followee' | 'block' } }
  | { type: 'Blocked'; data: {} }
  | { type: 'Unblocked'; data: {} }

/** The current schema of each type of event, for the event store. */
export const RELATION_SCHEMAS = {
  FollowRequested: { schema: 1 },
  FollowAccepted: { schema: 1 },
  FollowDeclined: { schema: 1 },
  FollowRequestClosed: { schema: 1 },
  FollowEnded: { schema: 1 },
  Blocked: { schema: 1 },
  Unblocked: { schema: 1 },
} as const satisfies Record<RelationEvent['type'], { schema: number }>

/** The state of a stream. At most one of the three is set. */
export type Relation = {
  /** The request that waits for its decision. */
  request: Uuid | null
  /** The request that began the follow. */
  follow: Uuid | null
  /** Whether the follower blocks the followee. */
  blocks: boolean
}

/** A command on the stream of a pair. */
export type RelationCommand =
  /** `blocked`: the followee blocks the follower. */
  | { type: 'follow'; requestId: Uuid; blocked: boolean }
  | { type: 'unfollow' | 'cancel' }
  /** The followee removes the follower. */
  | { type: 'remove' }
  | { type: 'block' | 'unblock' }
  /** The followee blocks the follower. */
  | { type: 'be blocked' }
  | { type: 'accept' | 'expire'; requestId: Uuid }
  | { type: 'decline'; requestId: Uuid; reason: 'declined' | 'nobody' }

const STRANGERS: Relation = { request: null, follow: null, blocks: false }

/**
 * What a command on a pair does. Law: a request has one end, and a decision counts only for the request that is open. A
 * decision that comes twice, for another request, or after a withdrawal changes nothing.
 */
export const relationDecider = { initial: STRANGERS, evolve, decide }

function evolve(relation: Relation, event: RelationEvent): Relation {
  switch (event.type) {
    case 'FollowRequested':
      return { ...relation, request: event.data.requestId }
    case 'FollowAccepted':
      return { ...relation, request: null, follow: event.data.requestId }
    case 'FollowDeclined':
    case 'FollowRequestClosed':
      return { ...relation, request: null }
    case 'FollowEnded':
      return { ...relation, follow: null }
    case 'Blocked':
      return { ...relation, blocks: true }
    case 'Unblocked':
      return { ...relation, blocks: false }
  }
}

function decide(relation: Relation, command: RelationCommand): RelationEvent[] | Failure {
  switch (command.type) {
    case 'follow':
      return follow(relation, command)
    case 'unfollow':
      return [...ended(relation, 'follower'), ...closed(relation, 'cancelled')]
    case 'cancel':
      return closed(relation, 'cancelled')
    case 'remove':
      return ended(relation, 'followee')
    case 'block': {
      const ends = [...ended(relation, 'block'), ...closed(relation, 'blocked')]
      return relation.blocks ? ends : [...ends, { type: 'Blocked', data: {} }]
    }
    case 'be blocked':
      return [...ended(relation, 'block'), ...closed(relation, 'blocked')]
    case 'unblock':
      return relation.blocks ? [{ type: 'Unblocked', data: {} }] : []
    case 'accept': {
      const { requestId } = command
      return relation.request === requestId ? [{ type: 'FollowAccepted', data: { requestId } }] : []
    }
    case 'decline': {
      const { requestId, reason } = command
      return relation.request === requestId ? [{ type: 'FollowDeclined', data: { requestId, reason } }] : []
    }
    case 'expire':
      return relation.request === command.requestId ? closed(relation, 'expired') : []
  }
}

function follow(
  { request, follow: followed, blocks }: Relation,
  { requestId, blocked }: Extract<RelationCommand, { type: 'follow' }>,
): RelationEvent[] | Failure {
  if (blocks) return forbidden('You have blocked this user. Unblock them before following.')
  if (blocked) return forbidden('This user does not accept you as a follower. Do not offer to follow them.')
  return request === null && followed === null ? [{ type: 'FollowRequested', data: { requestId } }] : []
}

function ended({ follow: followed }: Relation, by: 'follower' | 'followee' | 'block'): RelationEvent[] {
  return followed === null ? [] : [{ type: 'FollowEnded', data: { by } }]
}

function closed({ request }: Relation, reason: 'cancelled' | 'blocked' | 'expired'): RelationEvent[] {
  return request === null ? [] : [{ type: 'FollowRequestClosed', data: { requestId: request, reason } }]
}

function forbidden(message: string): Failure {
  return fail('FORBIDDEN', ['input', 'userId'], message)
}
