import { fail, unauthenticated, type Failure } from '../../../contracts/failure.ts'
import { bucketOf, type Uuid } from '../../../contracts/ids.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import type { Post } from '../domain/post.ts'
import { lockPost, type Tx } from './post-store.ts'

export type PostInput = { postId: string; idempotencyKey?: string | null }
/** The post that a command made or changed. */
export type PostRef = { id: Uuid }

/** Who acts, on what, when. `newId` makes ids in the actor's bucket. */
export type Act<Input> = { actor: Uuid; input: Input; now: Date; newId: () => Uuid }

export type PostCommand<Input extends PostInput> = {
  /** Its name in the API. */
  name: string
  /** Adds the faults of the fields that are its own. */
  check?: (checker: InputChecker, input: Input) => void
  /** Does the work on the post, which is locked. */
  run: (tx: Tx, post: Post, act: Act<Input>) => Promise<PostRef | Failure>
}

/** Runs a command on a post that is there: answering, editing, deleting, liking. */
export async function changePost<Input extends PostInput>(
  { viewer, prisma, clock, makeId, secret }: Context,
  command: PostCommand<Input>,
  input: Input,
): Promise<PostRef | Failure> {
  if (viewer === null) return unauthenticated()
  const checker = new InputChecker()
  const postId = checker.id('post', 'postId', input.postId)
  command.check?.(checker, input)
  const key = checker.idempotencyKey(input.idempotencyKey)
  const faults = checker.failure()
  if (faults) return faults

  return runCommand(prisma, {
    viewer,
    key,
    command: command.name,
    input: { ...input, idempotencyKey: null },
    secret,
    run: async (tx) => {
      const post = await lockPost(tx, postId)
      if (!post) return postNotFound(input.postId)
      const newId = () => makeId(bucketOf(viewer))
      return command.run(tx, post, { actor: viewer, input, now: new Date(clock()), newId })
    },
    resultId: ({ id }) => id,
    reload: async (_, id) => ({ id }),
  })
}

/** @param path what named the post; a repeated idempotency key names one that may be gone since */
export function postNotFound(id: string, path: string[] = ['input', 'postId']): Failure {
  return fail('NOT_FOUND', path, `There is no post ${id}, or it was deleted. Check the id.`)
}
