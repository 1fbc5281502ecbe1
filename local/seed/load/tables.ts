import { followPeriods, likes, publications, signUps } from '../activity.ts'
import type { EdgeList } from '../graph/edge-list.ts'
import type { People } from '../people.ts'
import { countByAuthor, type Posts } from '../posts.ts'
import type { Table } from './copy-rows.ts'
import { followEvents, likeEvents, outbox, postEvents, userEvents } from './events.ts'
import { relationStreams } from './relation-streams.ts'

export function userTables(people: People, passwordHash: string, seed: number): Table[] {
  return [
    {
      target: 'users (id, handle, name, bio, created_at)',
      *rows(writer) {
        for (const { user, handle, name, bio, at } of signUps(people, seed)) {
          writer.row(5)
          writer.uuid((target, offset) => people.ids.copy(user, target, offset))
          writer.text(handle)
          writer.text(name)
          writer.text(bio)
          writer.time(at)
          yield
        }
      },
    },
    {
      target: 'credential (user_id, password_hash, updated_at)',
      *rows(writer) {
        for (let user = 0; user < people.count; user++) {
          writer.row(3)
          writer.uuid((target, offset) => people.ids.copy(user, target, offset))
          writer.text(passwordHash)
          writer.time(people.createdAt[user] ?? 0)
          yield
        }
      },
    },
    outbox(userEvents(people, seed)),
  ]
}

export function postTables(people: People, posts: Posts, seed: number): Table[] {
  return [
    {
      target: 'post (id, author_id, reply_to_id, text, mentions, created_at, like_count, reply_count)',
      *rows(writer) {
        for (const { post, author, replyTo, text, mentions, at } of publications(people, posts, seed)) {
          writer.row(8)
          writer.uuid((target, offset) => posts.ids.copy(post, target, offset))
          writer.uuid((target, offset) => people.ids.copy(author, target, offset))
          if (replyTo < 0) writer.null()
          else writer.uuid((target, offset) => posts.ids.copy(replyTo, target, offset))
          writer.text(text)
          if (mentions.length === 0) writer.null()
          else writer.jsonb(JSON.stringify(mentions))
          writer.time(at)
          writer.integer(posts.likes[post] ?? 0)
          writer.integer(posts.replies[post] ?? 0)
          yield
        }
      },
    },
    {
      target: 'post_like (post_id, user_id, liked_at)',
      *rows(writer) {
        for (const { post, user, at } of likes(people, posts, seed)) {
          writer.row(3)
          writer.uuid((target, offset) => posts.ids.copy(post, target, offset))
          writer.uuid((target, offset) => people.ids.copy(user, target, offset))
          writer.time(at)
          yield
        }
      },
    },
    {
      target: 'author_count (author_id, post_count)',
      *rows(writer) {
        for (const [user, count] of countByAuthor(posts, people.count).entries()) {
          if (count === 0) continue
          writer.row(2)
          writer.uuid((target, offset) => people.ids.copy(user, target, offset))
          writer.integer(count)
          yield
        }
      },
    },
    outbox(postEvents(people, posts, seed), likeEvents(people, posts, seed)),
  ]
}

export function followerTables(people: People, edges: EdgeList, seed: number): Table[] {
  return [
    {
      target: 'follow_period (follower_id, followee_id, began_at, ended_at)',
      *rows(writer) {
        for (const { from, to, at, ended } of followPeriods(people, edges, seed)) {
          writer.row(4)
          writer.uuid((target, offset) => people.ids.copy(from, target, offset))
          writer.uuid((target, offset) => people.ids.copy(to, target, offset))
          writer.time(at)
          if (ended === null) writer.null()
          else writer.time(ended.at)
          yield
        }
      },
    },
    {
      target: 'follow_count (user_id, follower_count, following_count)',
      *rows(writer) {
        const followers = new Uint32Array(people.count)
        const following = new Uint32Array(people.count)
        for (let edge = 0; edge < edges.length; edge++) {
          const [from, to] = [edges.from(edge), edges.to(edge)]
          following[from] = (following[from] ?? 0) + 1
          followers[to] = (followers[to] ?? 0) + 1
        }
        for (let user = 0; user < people.count; user++) {
          writer.row(3)
          writer.uuid((target, offset) => people.ids.copy(user, target, offset))
          writer.integer(followers[user] ?? 0)
          writer.integer(following[user] ?? 0)
          yield
        }
      },
    },
    relationStreams(people, edges, seed),
    outbox(followEvents(people, edges, seed)),
  ]
}
