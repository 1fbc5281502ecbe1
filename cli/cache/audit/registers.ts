import type { EventRecord } from '../../../patterns/change-log/index.ts'
import type { EventType, StoredPayload } from '../../../contracts/events.ts'

/** A value that a response shows: a version, a count, or the id of a user. Null if the response shows nothing. */
export type Value = string | number | null

/** Names of the values that are audited. Each changes only by events. */
export const registers = {
  /** Null if there is no such user or post. */
  version: (id: string) => `version of ${id}`,
  /** The id of the user who has the handle. Null if nobody has it. */
  handle: (handle: string) => `user with handle ${handle}`,
  followers: (userId: string) => `followers of ${userId}`,
  following: (userId: string) => `users whom ${userId} follows`,
  posts: (userId: string) => `posts of ${userId}`,
  likes: (postId: string) => `likes of ${postId}`,
  replies: (postId: string) => `replies to ${postId}`,
} as const

/**
 * A change of one register.
 *
 * - `set`: its new value. `before`: the value that it had, if the event says so
 * - `begin`: a count begins at 0, so it is known from here on
 * - `add`: a count changes. It stays unknown if its beginning is not known
 */
export type Change = { register: string } & (
  | { kind: 'set'; value: Value; before?: Value }
  | { kind: 'begin' }
  | { kind: 'add'; by: 1 | -1 }
)

type Changes = { [Type in EventType]?: (payload: StoredPayload<Type>) => Change[] }

const set = (register: string, value: Value): Change => ({ kind: 'set', register, value })
const replace = (register: string, before: Value, value: Value): Change => ({
  kind: 'set',
  register,
  value,
  before,
})
const begin = (register: string): Change => ({ kind: 'begin', register })
const add = (register: string, by: 1 | -1): Change => ({ kind: 'add', register, by })

const { version, handle, followers, following, posts, likes, replies } = registers

const CHANGES: Changes = {
  'user.created': (user) => [
    replace(version(user.userId), null, user.version),
    set(handle(user.handle), user.userId),
    begin(followers(user.userId)),
    begin(following(user.userId)),
    begin(posts(user.userId)),
  ],
  'user.renamed': (user) => [
    set(version(user.userId), user.version),
    replace(handle(user.previousHandle), user.userId, null),
    set(handle(user.handle), user.userId),
  ],
  'user.updated': (user) => [set(version(user.userId), user.version)],
  'post.created': ({ postId, authorId, replyToId }) => [
    replace(version(postId), null, 1),
    begin(likes(postId)),
    begin(replies(postId)),
    add(posts(authorId), 1),
    ...(replyToId === null ? [] : [add(replies(replyToId), 1)]),
  ],
  'post.edited': (post) => [set(version(post.postId), post.version)],
  'post.deleted': ({ postId, authorId, replyToId }) => [
    set(version(postId), null),
    add(posts(authorId), -1),
    ...(replyToId === null ? [] : [add(replies(replyToId), -1)]),
  ],
  'post.liked': ({ postId }) => [add(likes(postId), 1)],
  'post.unliked': ({ postId }) => [add(likes(postId), -1)],
  'user.followed': (edge) => [add(followers(edge.followeeId), 1), add(following(edge.followerId), 1)],
  'user.unfollowed': (edge) => [add(followers(edge.followeeId), -1), add(following(edge.followerId), -1)],
}

/** The changes by an event. None if its type or version is not known. */
export function changesOf({ type, version: of, payload }: EventRecord): Change[] {
  if (of !== 1 || !Object.hasOwn(CHANGES, type)) return []
  const read = CHANGES[type as keyof Changes] as (payload: unknown) => Change[]
  return read(payload)
}
