import { unauthenticated, type Failure } from '../../../contracts/failure.ts'
import { bucketOf } from '../../../contracts/ids.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import { postTextFault } from '../domain/post.ts'
import type { PostRef } from './change-post.ts'
import { insertPost } from './post-store.ts'

export type CreatePostInput = { text: string; idempotencyKey?: string | null }

/** Publishes a post that answers nothing. Its id lies in its author's bucket. */
export async function createPost(
  { viewer, prisma, clock, makeId, secret }: Context,
  { text, idempotencyKey }: CreatePostInput,
): Promise<PostRef | Failure> {
  if (viewer === null) return unauthenticated()
  const checker = new InputChecker()
  checker.check('text', postTextFault(text))
  const key = checker.idempotencyKey(idempotencyKey)
  const faults = checker.failure()
  if (faults) return faults

  return runCommand(prisma, {
    viewer,
    key,
    command: 'createPost',
    input: { text },
    secret,
    run: async (tx) => {
      const id = makeId(bucketOf(viewer))
      await insertPost(tx, { id, authorId: viewer, replyToId: null, text }, new Date(clock()))
      return { id }
    },
    resultId: ({ id }) => id,
    reload: async (_, id) => ({ id }),
  })
}
