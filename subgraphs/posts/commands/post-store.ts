import type { Uuid } from '../../../contracts/ids.ts'
import type { WithSql } from '../../../platform/postgres/prisma-transactions.ts'
import type { Prisma } from '../../../prisma/posts/generated/client.ts'
import type { Mention } from '../domain/mentions.ts'
import type { Change, Post } from '../domain/post.ts'

export type Tx = WithSql<Prisma.TransactionClient>

/*
 * All commands take locks in the same order, so that they cannot deadlock: the idempotency key, the post of the input,
 * the post that it replies to, then the author's count. A post never replies to itself or to one of its own replies, so
 * locks go one way through the tree.
 */

/** Reads a post and locks its row, with its counters, until the transaction ends. Null if unknown or deleted. */
export async function lockPost(tx: Tx, id: Uuid): Promise<Post | null> {
  const [post] = await tx.$queryRaw<Post[]>`
    select id, author_id as "authorId", reply_to_id as "replyToId", text, version,
      coalesce(mentions, '[]') as mentions
    from post where id = ${id}::uuid and deleted_at is null for update`
  return post ?? null
}

/** Inserts a post and increments the counts of its author and of the post it replies to, which must be locked. */
export async function insertPost(tx: Tx, post: Omit<Post, 'version'>, now: Date): Promise<void> {
  const { mentions, ...rest } = post
  await tx.post.create({ data: { ...rest, ...stored(mentions), createdAt: now } })
  if (post.replyToId) await countReplies(tx, post.replyToId, 1)
  await countPosts(tx, post.authorId, 1)
}

/** Writes the changes of a locked post and updates the counts. */
export async function applyChange(tx: Tx, post: Post, change: Change, now: Date): Promise<void> {
  switch (change.type) {
    case 'Edited':
      await tx.postEdit.create({
        data: {
          postId: post.id,
          version: post.version,
          text: post.text,
          ...stored(post.mentions),
          replacedAt: now,
        },
      })
      await tx.$executeRaw`
        update post set text = ${change.text}, mentions = ${jsonOf(change.mentions)}::jsonb, version = version + 1,
          edited_at = ${now} where id = ${post.id}::uuid`
      return
    case 'Deleted':
      await tx.$executeRaw`update post set text = '', mentions = null, deleted_at = ${now} where id = ${post.id}::uuid`
      await tx.$executeRaw`delete from post_edit where post_id = ${post.id}::uuid`
      if (post.replyToId) await countReplies(tx, post.replyToId, -1)
      await countPosts(tx, post.authorId, -1)
  }
}

/** A text without mentions is stored as null. Most texts have none. */
function stored(mentions: readonly Mention[]): { mentions?: Mention[] } {
  return mentions.length > 0 ? { mentions: [...mentions] } : {}
}

function jsonOf(mentions: readonly Mention[]): string | null {
  return mentions.length > 0 ? JSON.stringify(mentions) : null
}

/** Adds a like to a locked post. @returns false if it already existed */
export async function like(tx: Tx, post: Post, user: Uuid, now: Date): Promise<boolean> {
  const added = await tx.$executeRaw`
    insert into post_like (post_id, user_id, liked_at) values (${post.id}::uuid, ${user}::uuid, ${now})
    on conflict do nothing`
  if (added === 0) return false
  await countLikes(tx, post.id, 1)
  return true
}

/** Removes a like from a locked post. @returns false if there was none */
export async function unlike(tx: Tx, post: Post, user: Uuid): Promise<boolean> {
  const removed = await tx.$executeRaw`
    delete from post_like where post_id = ${post.id}::uuid and user_id = ${user}::uuid`
  if (removed === 0) return false
  await countLikes(tx, post.id, -1)
  return true
}

async function countLikes(tx: Tx, post: Uuid, by: 1 | -1): Promise<void> {
  await tx.$executeRaw`update post set like_count = like_count + ${by}::int where id = ${post}::uuid`
}

async function countReplies(tx: Tx, post: Uuid, by: 1 | -1): Promise<void> {
  await tx.$executeRaw`update post set reply_count = reply_count + ${by}::int where id = ${post}::uuid`
}

async function countPosts(tx: Tx, author: Uuid, by: 1 | -1): Promise<void> {
  await tx.$executeRaw`
    insert into author_count as own (author_id, post_count) values (${author}::uuid, greatest(${by}::int, 0))
    on conflict (author_id) do update set post_count = own.post_count + ${by}::int`
}
