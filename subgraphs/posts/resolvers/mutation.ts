import { isFailure, type Failure } from '../../../contracts/failure.ts'
import { formatId } from '../../../contracts/ids.ts'
import {
  changePost,
  postNotFound,
  type PostCommand,
  type PostInput,
  type PostRef,
} from '../commands/change-post.ts'
import { createPost, type CreatePostInput } from '../commands/create-post.ts'
import { deletePost, editPost, likePost, replyToPost, unlikePost } from '../commands/post-commands.ts'
import type { Context } from '../context.ts'
import type { PostRow } from '../queries/lists.ts'

type Args<Input> = { input: Input }

export const Mutation = {
  createPost: async (_: unknown, { input }: Args<CreatePostInput>, context: Context) =>
    presentPost(context, await createPost(context, input)),
  replyToPost: mutation(replyToPost),
  editPost: mutation(editPost),
  deletePost: async (_: unknown, { input }: Args<PostInput>, context: Context) => {
    const result = await changePost(context, deletePost, input)
    context.resetLoaders()
    return isFailure(result) ? result : { postId: formatId('post', result.id) }
  },
  likePost: mutation(likePost),
  unlikePost: mutation(unlikePost),
}

function mutation<Input extends PostInput>(command: PostCommand<Input>) {
  return async (_: unknown, { input }: Args<Input>, context: Context) =>
    presentPost(context, await changePost(context, command, input))
}

/** The current post. With a repeated idempotency key, it may have been deleted since. */
async function presentPost(
  context: Context,
  result: PostRef | Failure,
): Promise<{ post: PostRow } | Failure> {
  context.resetLoaders()
  if (isFailure(result)) return result
  const post = await context.loaders.posts.load(result.id)
  return post ? { post } : postNotFound(formatId('post', result.id), ['input', 'idempotencyKey'])
}
