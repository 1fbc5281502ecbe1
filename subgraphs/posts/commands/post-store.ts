import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Mention } from '../domain/mentions.ts'
import type { Change, Post } from '../domain/post.ts'

/*
 * All commands take locks in the same order, so that they cannot deadlock: the idempotency key, the post of the input,
 * the post that it replies to, then the author's count. A post never replies to itself or to one of its own replies, so
 * locks go one way through the tree.
 */

/** Reads a post and locks its row, with its counters, until the transaction ends. Null if unknown or deleted. */
export async function lockPost(tx: Sql, id: Uuid): Promise<Post | null> {
  const [post] = await tx<Post>(
    `select id, author_id as "authorId", reply_to_id as "replyToId", text, version,
       coalesce(mentions, '[]') as mentions
     from post where id = $1 and deleted_at is null for update`,
    id,
  )
  return post ?? null
}

/** Inserts a post and increments the counts of its author and of the post it replies to, which must be locked. */
export async function insertPost(tx: Sql, post: Omit<Post, 'version'>, now: Date): Promise<void> {
  await tx(
    'insert into post (id, author_id, reply_to_id, text, mentions, created_at) values ($1, $2, $3, $4, $5, $6)',
    post.id,
    post.authorId,
    post.replyToId,
    post.text,
    jsonOf(post.mentions),
    now,
  )
  if (post.replyToId) await countReplies(tx, post.replyToId, 1)
  await countPosts(tx, post.authorId, 1)
}

/** Writes the changes of a locked post and updates the counts. */
export async function applyChange(tx: Sql, post: Post, change: Change, now: Date): Promise<void> {
  switch (change.type) {
    case 'Edited':
      await tx(
        'insert into post_edit (post_id, version, text, mentions, replaced_at) values ($1, $2, $3, $4, $5)',
        post.id,
        post.version,
        post.text,
        jsonOf(post.mentions),
        now,
      )
      await tx(
        'update post set text = $2, mentions = $3, version = version + 1, edited_at = $4 where id = $1',
        post.id,
        change.text,
        jsonOf(change.mentions),
        now,
      )
      return
    case 'Deleted':
      await tx("update post set text = '', mentions = null, deleted_at = $2 where id = $1", post.id, now)
      await tx('delete from post_edit where post_id = $1', post.id)
      if (post.replyToId) await countReplies(tx, post.replyToId, -1)
      await countPosts(tx, post.authorId, -1)
  }
}

/** A text without mentions is stored as null. Most texts have none. */
function jsonOf(mentions: readonly Mention[]): string | null {
  return mentions.length > 0 ? JSON.stringify(mentions) : null
}

/** Adds a like to a locked post. @returns false if it already existed */
export async function like(tx: Sql, post: Post, user: Uuid, now: Date): Promise<boolean> {
  const added = await tx<object>(
    'insert into post_like (post_id, user_id, liked_at) values ($1, $2, $3) on conflict do nothing returning 1',
    post.id,
    user,
    now,
  )
  if (added.length === 0) return false
  await countLikes(tx, post.id, 1)
  return true
}

/** Removes a like from a locked post. @returns false if there was none */
export async function unlike(tx: Sql, post: Post, user: Uuid): Promise<boolean> {
  const removed = await tx<object>(
    'delete from post_like where post_id = $1 and user_id = $2 returning 1',
    post.id,
    user,
  )
  if (removed.length === 0) return false
  await countLikes(tx, post.id, -1)
  return true
}

async function countLikes(tx: Sql, post: Uuid, by: 1 | -1): Promise<void> {
  await tx('update post set like_count = like_count + $2 where id = $1', post, by)
}

async function countReplies(tx: Sql, post: Uuid, by: 1 | -1): Promise<void> {
  await tx('update post set reply_count = reply_count + $2 where id = $1', post, by)
}

async function countPosts(tx: Sql, author: Uuid, by: 1 | -1): Promise<void> {
  await tx(
    `insert into author_count as own (author_id, post_count) values ($1, greatest($2::integer, 0))
     on conflict (author_id) do update set post_count = own.post_count + $2`,
    author,
    by,
  )
}
