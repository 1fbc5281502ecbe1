import { eventKind, type EventFields, type PayloadOf } from './event-fields.ts'

/**
 * Every event that a service writes into its change log: what one service may know of another's changes. The types of
 * the payloads come of this table. A field is never renamed and never changes its meaning: that is a new version.
 *
 * Ids are the global ones, times ISO 8601 in UTC. The key is the aggregate: its events are applied in their order.
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
  /** Name and bio as they are now, whichever of them changed. */
  'user.updated': eventKind(
    { userId: 'user-id', name: 'text', bio: 'text', version: 'version' },
    ({ userId }) => userId,
  ),
  'password.changed': eventKind({ userId: 'user-id' }, ({ userId }) => userId),

  'session.started': eventKind({ sessionId: 'uuid', userId: 'user-id' }, keyOfSession),
  'session.refreshed': eventKind({ sessionId: 'uuid', userId: 'user-id' }, keyOfSession),
  /** Signed out, or ended by a new password or a refresh token used twice. One that expires says nothing. */
  'session.ended': eventKind({ sessionId: 'uuid', userId: 'user-id' }, keyOfSession),

  /** The text as it was typed; who is mentioned in it may have another handle since. */
  'post.created': eventKind(
    {
      postId: 'post-id',
      authorId: 'user-id',
      replyToId: { nullable: 'post-id' },
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
  /** Its likes are gone with it, without events of their own. */
  'post.deleted': eventKind(
    { postId: 'post-id', authorId: 'user-id', replyToId: { nullable: 'post-id' }, deletedAt: 'time' },
    ({ postId }) => postId,
  ),
  'post.liked': eventKind({ postId: 'post-id', userId: 'user-id', likedAt: 'time' }, ({ postId }) => postId),
  'post.unliked': eventKind({ postId: 'post-id', userId: 'user-id' }, ({ postId }) => postId),

  'user.followed': eventKind(
    { followerId: 'user-id', followeeId: 'user-id', followedAt: 'time' },
    ({ followerId, followeeId }) => keyOfPair(followerId, followeeId),
  ),
  /** By the followee: they blocked the follower. */
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
   * This database has applied changes of another one to what it copies of that, or has rebuilt the copy. It is written for
   * caches, which go by `touches`: an event of the owner comes too early, as responses still show the old copy.
   */
  'copy.changed': eventKind({ source: 'text' }, ({ source }) => `copy of ${source}`),
} as const

export type EventType = keyof typeof EVENTS
export type EventPayload<Type extends EventType> = PayloadOf<(typeof EVENTS)[Type]['fields']>

/** An event as it goes into the outbox. */
export type DomainEvent<Type extends EventType = EventType> = {
  [Each in Type]: {
    key: string
    type: Each
    version: number
    payload: EventPayload<Each>
    /** The facets it changed, see `facets.ts`; null: the whole database. */
    touches: readonly string[] | null
  }
}[Type]

/** Makes an event: key and version are those of its type. */
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

/** What is wrong with an event, its field named: `payload.handle: expected text, got 7.`; null when nothing is. */
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

/** An ordered pair: what `a` does to `b` is not what `b` does to `a`. */
function keyOfPair(from: string, to: string): string {
  return `${from}>${to}`
}
