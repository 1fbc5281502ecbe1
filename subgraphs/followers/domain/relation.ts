import { fail, type Failure } from '../../../contracts/failure.ts'

/** The relation between the actor and another user. */
export type Relation = {
  follows: boolean
  followedBy: boolean
  blocks: boolean
  blockedBy: boolean
}

/** One change by a command. `by` tells whose follow it is: the actor's or the other user's. */
export type Change =
  | { type: 'Followed'; by: 'actor' }
  | { type: 'Unfollowed'; by: 'actor' | 'other' }
  | { type: 'Blocked' }
  | { type: 'Unblocked' }

export function decideFollow(relation: Relation): Change[] | Failure {
  if (relation.blocks) return forbidden('You have blocked this user. Unblock them before following.')
  if (relation.blockedBy)
    return forbidden('This user does not accept you as a follower. Do not offer to follow them.')
  return relation.follows ? [] : [{ type: 'Followed', by: 'actor' }]
}

export function decideUnfollow(relation: Relation): Change[] {
  return relation.follows ? [{ type: 'Unfollowed', by: 'actor' }] : []
}

/** A block removes the follows in both directions. */
export function decideBlock(relation: Relation): Change[] {
  const changes: Change[] = []
  if (relation.follows) changes.push({ type: 'Unfollowed', by: 'actor' })
  if (relation.followedBy) changes.push({ type: 'Unfollowed', by: 'other' })
  if (!relation.blocks) changes.push({ type: 'Blocked' })
  return changes
}

export function decideUnblock(relation: Relation): Change[] {
  return relation.blocks ? [{ type: 'Unblocked' }] : []
}

function forbidden(message: string): Failure {
  return fail('FORBIDDEN', ['input', 'userId'], message)
}
