import { eventKind, type EventFields, type PayloadOf, type StoredPayloadOf } from './event-fields.ts'

/**
 * All events that services write to their change logs. The payload types are derived from this table.
 *
 * A field is never renamed, and its meaning never changes: that requires a new version, which consumers skip until they know
 * it. A field may be added without a new version, because consumers ignore unknown fields. It is marked `added`: older
 * events do not have it, so consumers must handle its absence.
 *
 * Ids are global ids. Times are ISO 8601 in UTC. The key is the aggregate; events of one key are applied in order.
 */
const EVENTS = {
  'user.created': eventKind(
    { userId: 'user-id', handle: 'text', name: 'text', bio: 'text', version: 'version', createdAt: 'time' },
    ({ userId }) => userId,
  ),
  'user.renamed': eventKind(
    { userId: 'user-id', handle: 'text', previousHandle: 'text', version: 'version' },
    ({ userId }) => userId,
  ),
  /** The current name, bio and setting, even if only one of them changed. */
  'user.updated': eventKind(
    {
      userId: 'user-id',
      name: 'text',
      bio: 'text',
      /** Whether the user decides who may follow them. */
      approvesFollowers: { added: 'boolean' },
      version: 'version',
    },
    ({ userId }) => userId,
  ),
  'password.changed': eventKind({ userId: 'user-id' }, ({ userId }) => userId),

  'session.started': eventKind({ sessionId: 'uuid', userId: 'user-id' }, keyOfSession),
  'session.refreshed': eventKind({ sessionId: 'uuid', userId: 'user-id' }, keyOfSession),
  /** Ended by a sign-out, a new password, or a reused refresh token. An expired session writes no event. */
  'session.ended': eventKind({ sessionId: 'uuid', userId: 'user-id' }, keyOfSession),

  /** The text as typed. Mentioned users may have changed their handles since. */
  'post.created': eventKind(
    {
      postId: 'post-id',
      authorId: 'user-id',
      replyToId: { nullable: 'post-id' },
      /** The author of the post that this one replies to. */
      replyToAuthorId: { added: { nullable: 'user-id' } },
      text: 'text',
      mentions: 'mentions',
      createdAt: 'time',
    },
    ({ postId }) => postId,
  ),
  'post.edited': eventKind(
    {
      postId: 'post-id',
      authorId: 'user-id',
      text: 'text',
      mentions: 'mentions',
      version: 'version',
      editedAt: 'time',
    },
    ({ postId }) => postId,
  ),
  /** Its likes are deleted too, without events. */
  'post.deleted': eventKind(
    { postId: 'post-id', authorId: 'user-id', replyToId: { nullable: 'post-id' }, deletedAt: 'time' },
    ({ postId }) => postId,
  ),
  /** `authorId` is the author of the post. `userId` is the user who likes it. */
  'post.liked': eventKind(
    { postId: 'post-id', authorId: { added: 'user-id' }, userId: 'user-id', likedAt: 'time' },
    ({ postId }) => postId,
  ),
  'post.unliked': eventKind(
    { postId: 'post-id', authorId: { added: 'user-id' }, userId: 'user-id' },
    ({ postId }) => postId,
  ),

  'user.followed': eventKind(
    /** `requestId`: the request that became this follow. */
    { requestId: { added: 'uuid' }, followerId: 'user-id', followeeId: 'user-id', followedAt: 'time' },
    ({ followerId, followeeId }) => keyOfPair(followerId, followeeId),
  ),
  /**
   * A follower asks to follow a user, and users decides. `requestId` is a random uuid that is never used again, also not after
   * a restore. Each request ends with `user.followed` or `follow.closed`.
   */
  'follow.requested': eventKind(
    { requestId: 'uuid', followerId: 'user-id', followeeId: 'user-id', requestedAt: 'time' },
    ({ followerId, followeeId }) => keyOfPair(followerId, followeeId),
  ),
  /** A request ended without a follow. `blocked`: one of the two users blocked the other. */
  'follow.closed': eventKind(
    {
      requestId: 'uuid',
      followerId: 'user-id',
      followeeId: 'user-id',
      reason: ['declined', 'cancelled', 'blocked', 'expired'],
    },
    ({ followerId, followeeId }) => keyOfPair(followerId, followeeId),
  ),
  /** Users allows a follow. Written by users; followers then begins the follow. */
  'follow.accepted': eventKind(
    { requestId: 'uuid', followerId: 'user-id', followeeId: 'user-id' },
    ({ followerId, followeeId }) => keyOfPair(followerId, followeeId),
  ),
  /** A request waits until its followee decides it by hand. Written by users, so that `follow` need not wait for a decision. */
  'follow.waiting': eventKind(
    { requestId: 'uuid', followerId: 'user-id', followeeId: 'user-id' },
    ({ followerId, followeeId }) => keyOfPair(followerId, followeeId),
  ),
  /** Users does not allow a follow. `nobody`: no user has the id of the followee. */
  'follow.declined': eventKind(
    { requestId: 'uuid', followerId: 'user-id', followeeId: 'user-id', reason: ['declined', 'nobody'] },
    ({ followerId, followeeId }) => keyOfPair(followerId, followeeId),
  ),
  /** `by` is `followee` if the followee blocked or removed the follower. */
  'user.unfollowed': eventKind(
    { followerId: 'user-id', followeeId: 'user-id', by: ['follower', 'followee'] },
    ({ followerId, followeeId }) => keyOfPair(followerId, followeeId),
  ),
  'user.blocked': eventKind(
    { blockerId: 'user-id', blockedId: 'user-id', blockedAt: 'time' },
    ({ blockerId, blockedId }) => keyOfPair(blockerId, blockedId),
  ),
  'user.unblocked': eventKind({ blockerId: 'user-id', blockedId: 'user-id' }, ({ blockerId, blockedId }) =>
    keyOfPair(blockerId, blockedId),
  ),

  /**
   * This database has applied changes of `source` to its copy, or has rebuilt the copy. The event is for caches, which use
   * `touches`. The event of the owner comes too early for them, because responses then still show the old copy.
   */
  'copy.changed': eventKind({ source: 'text' }, ({ source }) => `copy of ${source}`),

  /**
   * An operator drops cached data (docs/caching.md). Nothing of this database has changed. Like `copy.changed`, the event is
   * for caches, which use `touches`; other consumers skip it.
   */
  'cache.dropped': eventKind({}, () => 'cache'),
} as const

export type EventType = keyof typeof EVENTS
export type EventPayload<Type extends EventType> = PayloadOf<(typeof EVENTS)[Type]['fields']>
/** A payload as read from a log. Fields that were added later may be missing. */
export type StoredPayload<Type extends EventType> = StoredPayloadOf<(typeof EVENTS)[Type]['fields']>

/** An event to write to the outbox. */
export type DomainEvent<Type extends EventType = EventType> = {
  [Each in Type]: {
    key: string
    type: Each
    version: number
    payload: EventPayload<Each>
    /** The facets that it changed, see `facets.ts`. Null for the whole database. */
    touches: readonly string[] | null
  }
}[Type]

/** Creates an event. Its type determines key and version. */
export function event<Type extends EventType>(
  type: Type,
  payload: EventPayload<Type>,
  touches: readonly string[] | null,
): DomainEvent<Type> {
  const { version, key } = EVENTS[type] as unknown as {
    version: number
    key: (payload: EventPayload<Type>) => string
  }
  return { key: key(payload), type, version, payload, touches }
}

/** The fault of an event, with its field: `payload.handle: expected text, got 7.` Null if it is valid. */
export function checkEvent({
  type,
  version,
  payload,
}: {
  type: string
  version: number
  payload: unknown
}): string | null {
  if (!Object.hasOwn(EVENTS, type)) {
    return `type: expected one of ${Object.keys(EVENTS).join(', ')}; got ${JSON.stringify(type)}.`
  }
  const kind: { version: number; fields: EventFields; check: (payload: unknown) => string | null } =
    EVENTS[type as EventType]
  if (version !== kind.version) return `version: expected ${kind.version}, got ${version}.`
  return kind.check(payload)
}

function keyOfSession({ sessionId }: { sessionId: string }): string {
  return `session_${sessionId}`
}

/** An ordered pair: `a` follows `b` differs from `b` follows `a`. */
function keyOfPair(from: string, to: string): string {
  return `${from}>${to}`
}
