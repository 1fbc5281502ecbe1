import { unauthenticated, type Failure } from '../../../contracts/failure.ts'
import { bucketOf } from '../../../contracts/ids.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import { createdEvents } from '../domain/events.ts'
import { handlesIn } from '../domain/mentions.ts'
import { postTextFault } from '../domain/post.ts'
import type { PostRef } from './change-post.ts'
import { readMentions } from './mention-store.ts'
import { insertPost } from './post-store.ts'

export type CreatePostInput = { text: string; idempotencyKey?: string | null }

/** Publishes a post that is not a reply. Its id is in the author's bucket. */
export async function createPost(
  { viewer, transact, clock, makeId, secret, writeEvents, replayed, authors, blocksFresh }: Context,
  { text, idempotencyKey }: CreatePostInput,
): Promise<PostRef | Failure> {
  if (viewer === null) return unauthenticated()
  const checker = new InputChecker()
  checker.check('text', postTextFault(text))
  const key = checker.idempotencyKey(idempotencyKey)
  const faults = checker.failure()
  if (faults) return faults
  // Mentions are resolved by the copies of users and blocks. They must have what this client has just written.
  if (handlesIn(text).length > 0) {
    await authors.waitUntilFresh()
    await blocksFresh()
  }

  return runCommand<PostRef>(transact, {
    viewer,
    key,
    command: 'createPost',
    input: { text },
    secret,
    run: async (tx) => {
      const now = new Date(clock())
      const mentions = await readMentions(tx, viewer, text)
      const post = { id: makeId(bucketOf(viewer)), authorId: viewer, replyToId: null, text, mentions }
      await insertPost(tx, post, now)
      await writeEvents(tx, createdEvents(post, null, now))
      return post
    },
    resultId: ({ id }) => id,
    reload: async (_, id) => ({ id }),
    replayed,
  })
}
