import type { Uuid } from '../../../contracts/ids.ts'
import type { WithSql } from '../../../platform/postgres/prisma-transactions.ts'
import type { Prisma } from '../../../prisma/posts/generated/client.ts'
import type { Mention } from '../domain/mentions.ts'
import type { Change, Post } from '../domain/post.ts'

export type Tx = WithSql<Prisma.TransactionClient>

/*
 * Locks are taken in one order, so that no two commands wait for each other: the idempotency key, then the post
 * named in the input, then the post that it answers (a post never answers itself or one of its own answers, so this
 * goes one way through the tree), and the author's count last.
 */

/** Reads a post and keeps its row, counters included, until the transaction ends; null if unknown or deleted. */
export async function lockPost(tx: Tx, id: Uuid): Promise<Post | null> {
  const [post] = await tx.$queryRaw<Post[]>`
    select id, author_id as "authorId", reply_to_id as "replyToId", text, version,
      coalesce(mentions, '[]') as mentions
    from post where id = ${id}::uuid and deleted_at is null for update`
  return post ?? null
}

/** Adds a post, and to the counts of its author and of the post it answers, which must be locked. */
export async function insertPost(tx: Tx, post: Omit<Post, 'version'>, now: Date): Promise<void> {
  const { mentions, ...rest } = post
  await tx.post.create({ data: { ...rest, ...stored(mentions), createdAt: now } })
  if (post.replyToId) await countReplies(tx, post.replyToId, 1)
  await countPosts(tx, post.authorId, 1)
}

/** Writes what was decided about a locked post, and the counts that follow from it. */
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

/** Nobody mentioned is null, as in most texts. */
function stored(mentions: readonly Mention[]): { mentions?: Mention[] } {
  return mentions.length > 0 ? { mentions: [...mentions] } : {}
}

function jsonOf(mentions: readonly Mention[]): string | null {
  return mentions.length > 0 ? JSON.stringify(mentions) : null
}

/** Adds a like to a locked post. @returns false when it was there already */
export async function like(tx: Tx, post: Post, user: Uuid, now: Date): Promise<boolean> {
  const added = await tx.$executeRaw`
    insert into post_like (post_id, user_id, liked_at) values (${post.id}::uuid, ${user}::uuid, ${now})
    on conflict do nothing`
  if (added === 0) return false
  await countLikes(tx, post.id, 1)
  return true
}

/** Takes a like from a locked post. @returns false when there was none */
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
