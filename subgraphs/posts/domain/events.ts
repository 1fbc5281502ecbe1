import { event, type DomainEvent } from '../../../contracts/events.ts'
import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import type { Mention } from './mentions.ts'
import type { Change, Post } from './post.ts'

/** The events of a new post. @param parent the post that it replies to, or null */
export function createdEvents(
  post: Omit<Post, 'version'>,
  parent: Pick<Post, 'authorId'> | null,
  now: Date,
): DomainEvent[] {
  const { postId, authorId, replyToId } = idsOf(post)
  const { text, mentions } = post
  const payload = {
    postId,
    authorId,
    replyToId,
    replyToAuthorId: parent && formatId('user', parent.authorId),
    text,
    mentions: mentions.map(presentMention),
    createdAt: now.toISOString(),
  }
  return [event('post.created', payload, touchedByCount(postId, authorId, replyToId))]
}

/** The events for the changes of a post, in the order of the changes. */
export function changedEvents(post: Post, changes: readonly Change[], now: Date): DomainEvent[] {
  return changes.map((change) => changedEvent(post, change, now))
}

/** The user `by` likes a post. */
export function likedEvents(post: Post, by: Uuid, now: Date): DomainEvent[] {
  const payload = { ...likeOf(post, by), likedAt: now.toISOString() }
  return [event('post.liked', payload, [facets.post(payload.postId), facets.likes(payload.userId)])]
}

/** The user `by` unlikes a post. */
export function unlikedEvents(post: Post, by: Uuid): DomainEvent[] {
  const payload = likeOf(post, by)
  return [event('post.unliked', payload, [facets.post(payload.postId), facets.likes(payload.userId)])]
}

/** The copied handles or names of these users have changed, or those of all. */
export function authorsChanged(users: readonly Uuid[] | 'all'): DomainEvent {
  const touches = users === 'all' ? null : users.map((user) => facets.author(formatId('user', user)))
  return event('copy.changed', { source: 'users' }, touches)
}

function changedEvent(post: Post, change: Change, now: Date): DomainEvent {
  const { postId, authorId, replyToId } = idsOf(post)
  switch (change.type) {
    case 'Edited': {
      const { text } = change
      const version = post.version + 1
      const mentions = change.mentions.map(presentMention)
      const payload = { postId, authorId, text, mentions, version, editedAt: now.toISOString() }
      return event('post.edited', payload, [facets.post(postId)])
    }
    case 'Deleted': {
      const payload = { postId, authorId, replyToId, deletedAt: now.toISOString() }
      return event('post.deleted', payload, touchedByCount(postId, authorId, replyToId))
    }
  }
}

/** A new or deleted post changes the counts of its author and of the post it replies to. */
function touchedByCount(postId: string, authorId: string, replyToId: string | null): string[] {
  const touched = [facets.post(postId), facets.author(authorId)]
  return replyToId === null ? touched : [...touched, facets.post(replyToId)]
}

function presentMention({ start, length, userId }: Mention) {
  return { start, length, userId: formatId('user', userId) }
}

function idsOf({ id, authorId, replyToId }: Omit<Post, 'version'>) {
  return {
    postId: formatId('post', id),
    authorId: formatId('user', authorId),
    replyToId: replyToId === null ? null : formatId('post', replyToId),
  }
}

function likeOf(post: Post, by: Uuid) {
  return {
    postId: formatId('post', post.id),
    authorId: formatId('user', post.authorId),
    userId: formatId('user', by),
  }
}
