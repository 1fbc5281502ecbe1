import { isFailure, type Failure } from '../../../contracts/failure.ts'
import { decideDelete, decideEdit, postTextFault, type Change, type Post } from '../domain/post.ts'
import type { PostCommand, PostInput, PostRef } from './change-post.ts'
import { applyChange, insertPost, like, unlike, type Tx } from './post-store.ts'

export type ReplyToPostInput = PostInput & { text: string }
export type EditPostInput = PostInput & { text: string; expectedVersion: number }

export const replyToPost: PostCommand<ReplyToPostInput> = {
  name: 'replyToPost',
  check: (checker, { text }) => checker.check('text', postTextFault(text)),
  run: async (tx, post, { actor, input, now, newId }) => {
    const id = newId()
    await insertPost(tx, { id, authorId: actor, replyToId: post.id, text: input.text }, now)
    return { id }
  },
}

export const editPost: PostCommand<EditPostInput> = {
  name: 'editPost',
  check: (checker, { text }) => checker.check('text', postTextFault(text)),
  run: (tx, post, { actor, input, now }) => applyAll(tx, post, decideEdit(post, actor, input), now),
}

export const deletePost: PostCommand<PostInput> = {
  name: 'deletePost',
  run: (tx, post, { actor, now }) => applyAll(tx, post, decideDelete(post, actor), now),
}

export const likePost: PostCommand<PostInput> = {
  name: 'likePost',
  run: async (tx, post, { actor, now }) => {
    await like(tx, post, actor, now)
    return { id: post.id }
  },
}

export const unlikePost: PostCommand<PostInput> = {
  name: 'unlikePost',
  run: async (tx, post, { actor }) => {
    await unlike(tx, post, actor)
    return { id: post.id }
  },
}

async function applyAll(
  tx: Tx,
  post: Post,
  changes: Change[] | Failure,
  now: Date,
): Promise<PostRef | Failure> {
  if (isFailure(changes)) return changes
  for (const change of changes) await applyChange(tx, post, change, now)
  return { id: post.id }
}
