import type { Sql } from '../../../contracts/sql.ts'
import { isFailure, type Failure } from '../../../contracts/failure.ts'
import { changedEvents, createdEvents, likedEvents, unlikedEvents } from '../domain/events.ts'
import { decideDelete, decideEdit, type Change, type Post } from '../domain/post.ts'
import type { Done, PostCommand, PostInput } from './change-post.ts'
import { readMentions, readShown } from './mention-store.ts'
import { applyChange, insertPost, like, unlike } from './post-store.ts'

export type ReplyToPostInput = PostInput & { text: string }
export type EditPostInput = PostInput & { text: string; expectedVersion?: number | null }

export const replyToPost: PostCommand<ReplyToPostInput> = {
  name: 'replyToPost',
  text: ({ text }) => text,
  barred: 'reply',
  run: async (tx, post, { actor, input: { text }, now, newId }) => {
    const mentions = await readMentions(tx, actor, text)
    const reply = { id: newId(), authorId: actor, replyToId: post.id, text, mentions }
    await insertPost(tx, reply, now)
    return { id: reply.id, events: createdEvents(reply, post, now) }
  },
}

export const editPost: PostCommand<EditPostInput> = {
  name: 'editPost',
  text: ({ text }) => text,
  run: async (tx, post, { actor, input, now }) => {
    const edit = { ...input, mentions: await readMentions(tx, actor, input.text) }
    return applyAll(tx, post, decideEdit(post, actor, edit, await readShown(tx, post)), now)
  },
}

export const deletePost: PostCommand<PostInput> = {
  name: 'deletePost',
  run: (tx, post, { actor, now }) => applyAll(tx, post, decideDelete(post, actor), now),
}

export const likePost: PostCommand<PostInput> = {
  name: 'likePost',
  barred: 'like',
  run: async (tx, post, { actor, now }) => {
    const added = await like(tx, post, actor, now)
    return { id: post.id, events: added ? likedEvents(post, actor, now) : [] }
  },
}

export const unlikePost: PostCommand<PostInput> = {
  name: 'unlikePost',
  run: async (tx, post, { actor }) => {
    const removed = await unlike(tx, post, actor)
    return { id: post.id, events: removed ? unlikedEvents(post, actor) : [] }
  },
}

async function applyAll(
  tx: Sql,
  post: Post,
  changes: Change[] | Failure,
  now: Date,
): Promise<Done | Failure> {
  if (isFailure(changes)) return changes
  for (const change of changes) await applyChange(tx, post, change, now)
  return { id: post.id, events: changedEvents(post, changes, now) }
}
