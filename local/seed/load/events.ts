import { event, type DomainEvent } from '../../../contracts/events.ts'
import { formatId } from '../../../contracts/ids.ts'
import { followPeriods, likes, publications, signUps } from '../activity.ts'
import type { EdgeList } from '../graph/edge-list.ts'
import type { People } from '../people.ts'
import type { Posts } from '../posts.ts'
import type { Table } from './copy-rows.ts'

/*
 * The events of the seeded activity, as the commands would have written them. A consumer that reads the log from its
 * beginning gets everything that is in the tables. The events affect the whole database, so they list no facets: nobody
 * could use so many.
 */

type Events = Generator<DomainEvent, void, void>
const NO_FACETS: readonly string[] = []

/** The rows of a change log's outbox. The defaults of the other columns are correct: the transaction's xid, and now. */
export function outbox(...events: Iterable<DomainEvent>[]): Table {
  return {
    target: 'outbox (key, type, version, payload, touches, headers)',
    *rows(writer) {
      for (const part of events) {
        for (const { key, type, version, payload } of part) {
          writer.row(6)
          writer.text(key)
          writer.text(type)
          writer.integer(version)
          writer.text(JSON.stringify(payload))
          writer.null()
          writer.text('{}')
          yield
        }
      }
    },
  }
}

export function* userEvents(people: People, seed: number): Events {
  for (const { user, handle, name, bio, at } of signUps(people, seed)) {
    const userId = people.ids.global('user', user)
    yield event('user.created', { userId, handle, name, bio, version: 1, createdAt: isoTime(at) }, NO_FACETS)
  }
}

export function* postEvents(people: People, posts: Posts, seed: number): Events {
  for (const { post, author, replyTo, text, mentions, at } of publications(people, posts, seed)) {
    const ids = {
      postId: posts.ids.global('post', post),
      authorId: people.ids.global('user', author),
      replyToId: replyTo < 0 ? null : posts.ids.global('post', replyTo),
      replyToAuthorId: replyTo < 0 ? null : authorOf(people, posts, replyTo),
    }
    const named = mentions.map((mention) => ({ ...mention, userId: formatId('user', mention.userId) }))
    yield event('post.created', { ...ids, text, mentions: named, createdAt: isoTime(at) }, NO_FACETS)
  }
}

export function* likeEvents(people: People, posts: Posts, seed: number): Events {
  for (const { post, user, at } of likes(people, posts, seed)) {
    const ids = {
      postId: posts.ids.global('post', post),
      authorId: authorOf(people, posts, post),
      userId: people.ids.global('user', user),
    }
    yield event('post.liked', { ...ids, likedAt: isoTime(at) }, NO_FACETS)
  }
}

export function* followEvents(people: People, edges: EdgeList, seed: number): Events {
  for (const { from, to, at, requestId, ended } of followPeriods(people, edges, seed)) {
    const ids = { followerId: people.ids.global('user', from), followeeId: people.ids.global('user', to) }
    yield event('user.followed', { requestId, ...ids, followedAt: isoTime(at) }, NO_FACETS)
    if (ended !== null) yield event('user.unfollowed', { ...ids, by: ended.by }, NO_FACETS)
  }
}

function authorOf(people: People, posts: Posts, post: number): string {
  return people.ids.global('user', posts.authors[post] ?? 0)
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
