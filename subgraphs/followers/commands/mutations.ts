import type { Uuid } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { Pair } from '../domain/relation.ts'
import type { Change } from './decide-relations.ts'

/** A mutation about the viewer and another user. */
export type RelationMutation = {
  /** Its name in the API. */
  name: string
  /** For messages: `You cannot follow yourself.` */
  verb: string
  /** The pairs that it decides on, of `viewer>other` and `other>viewer`. */
  locks: (own: Pair, reverse: Pair) => Pair[]
  /** Its changes. Called with the locks taken. */
  changes: (about: { tx: Sql; own: Pair; reverse: Pair; newId: () => Uuid }) => Change[] | Promise<Change[]>
}

const ownOnly = (own: Pair) => [own]

export const FOLLOW: RelationMutation = {
  name: 'follow',
  verb: 'follow',
  locks: ownOnly,
  async changes({ tx, own, newId }) {
    const blocked = await isBlocked(tx, own)
    return [{ pair: own, command: { type: 'follow', requestId: newId(), blocked } }]
  },
}

export const UNFOLLOW: RelationMutation = {
  name: 'unfollow',
  verb: 'unfollow',
  locks: ownOnly,
  changes: ({ own }) => [{ pair: own, command: { type: 'unfollow' } }],
}

export const CANCEL_FOLLOW_REQUEST: RelationMutation = {
  name: 'cancelFollowRequest',
  verb: 'cancel a request to',
  locks: ownOnly,
  changes: ({ own }) => [{ pair: own, command: { type: 'cancel' } }],
}

export const REMOVE_FOLLOWER: RelationMutation = {
  name: 'removeFollower',
  verb: 'remove',
  locks: (_, reverse) => [reverse],
  changes: ({ reverse }) => [{ pair: reverse, command: { type: 'remove' } }],
}

/** It ends what is open in both directions. */
export const BLOCK: RelationMutation = {
  name: 'block',
  verb: 'block',
  locks: (own, reverse) => [own, reverse],
  changes: ({ own, reverse }) => [
    { pair: own, command: { type: 'block' } },
    { pair: reverse, command: { type: 'be blocked' } },
  ],
}

export const UNBLOCK: RelationMutation = {
  name: 'unblock',
  verb: 'unblock',
  locks: ownOnly,
  changes: ({ own }) => [{ pair: own, command: { type: 'unblock' } }],
}

/**
 * Whether the followee blocks the follower. A block locks the streams of both directions, so with the lock of one of them,
 * this does not change until the transaction ends.
 */
async function isBlocked(tx: Sql, { follower, followee }: Pair): Promise<boolean> {
  const rows = await tx<object>(
    'select 1 from block where blocker_id = $1 and blocked_id = $2',
    followee,
    follower,
  )
  return rows.length > 0
}
