import type { EdgeList } from '../graph/edge-list.ts'
import { drawLikers } from '../likes.ts'
import { NAMED_USERS } from '../named-users.ts'
import type { People } from '../people.ts'
import { countByAuthor, type Posts } from '../posts.ts'
import { createRandom } from '../random.ts'
import { makeBio, makePost, makeReply } from '../texts.ts'
import { BASE_TIME } from '../times.ts'
import type { Rows } from './copy-rows.ts'

/** One table to fill: what `COPY` is told, and the rows. */
export type Table = { target: string; rows: Rows }

export function userTables(people: People, passwordHash: string, seed: number): Table[] {
  return [
    {
      target: 'users (id, handle, name, bio, created_at)',
      *rows(writer) {
        const random = createRandom(seed, 'bios')
        for (let user = 0; user < people.count; user++) {
          const bio = makeBio(random)
          writer.row(5)
          writer.uuid((target, offset) => people.ids.copy(user, target, offset))
          writer.text(people.names.handle(user))
          writer.text(people.names.name(user))
          writer.text(NAMED_USERS[user]?.bio ?? bio)
          writer.time(people.createdAt[user] ?? 0)
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
  ]
}

export function postTables(people: People, posts: Posts, seed: number): Table[] {
  const author = (post: number) => posts.authors[post] ?? 0
  return [
    {
      target: 'post (id, author_id, reply_to_id, text, created_at, like_count, reply_count)',
      *rows(writer) {
        const random = createRandom(seed, 'texts')
        const anybody = () => people.names.handle(random.below(people.count))
        for (let post = 0; post < posts.count; post++) {
          const replyTo = posts.replyTo[post] ?? -1
          writer.row(7)
          writer.uuid((target, offset) => posts.ids.copy(post, target, offset))
          writer.uuid((target, offset) => people.ids.copy(author(post), target, offset))
          if (replyTo < 0) writer.null()
          else writer.uuid((target, offset) => posts.ids.copy(replyTo, target, offset))
          const text =
            replyTo < 0 ? makePost(random, anybody) : makeReply(random, people.names.handle(author(replyTo)))
          writer.text(text)
          writer.time(posts.createdAt[post] ?? 0)
          writer.integer(posts.likes[post] ?? 0)
          writer.integer(posts.replies[post] ?? 0)
          yield
        }
      },
    },
    {
      target: 'post_like (post_id, user_id, liked_at)',
      *rows(writer) {
        const random = createRandom(seed, 'likes')
        for (let post = 0; post < posts.count; post++) {
          const createdAt = posts.createdAt[post] ?? 0
          for (const user of drawLikers(posts.likes[post] ?? 0, people.count, author(post), random)) {
            writer.row(3)
            writer.uuid((target, offset) => posts.ids.copy(post, target, offset))
            writer.uuid((target, offset) => people.ids.copy(user, target, offset))
            // Most likes come soon after the post.
            writer.time(Math.floor(createdAt + (BASE_TIME - createdAt) * random.float() ** 4))
            yield
          }
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
  ]
}

export function followerTables(people: People, edges: EdgeList, seed: number): Table[] {
  return [
    {
      target: 'follow (follower_id, followee_id, followed_at)',
      *rows(writer) {
        const random = createRandom(seed, 'follow times')
        for (let edge = 0; edge < edges.length; edge++) {
          const [from, to] = [edges.from(edge), edges.to(edge)]
          const met = Math.max(people.createdAt[from] ?? 0, people.createdAt[to] ?? 0)
          writer.row(3)
          writer.uuid((target, offset) => people.ids.copy(from, target, offset))
          writer.uuid((target, offset) => people.ids.copy(to, target, offset))
          writer.time(Math.ceil(met + 1 + (BASE_TIME - met - 2) * random.float()))
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
  ]
}
