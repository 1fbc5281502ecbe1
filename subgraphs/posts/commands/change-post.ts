import type { DomainEvent } from '../../../contracts/events.ts'
import { fail, isFailure, unauthenticated, type Failure } from '../../../contracts/failure.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { bucketOf, type Uuid } from '../../../contracts/ids.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import { readBlocks } from '../blocks/read-blocks.ts'
import { decideBarred, type Barred } from '../domain/blocks.ts'
import { handlesIn } from '../domain/mentions.ts'
import { postTextFault, type Post } from '../domain/post.ts'
import { lockPost } from './post-store.ts'

export type PostInput = { postId: string; idempotencyKey?: string | null }
/** The post that a command created or changed. */
export type PostRef = { id: Uuid }

/** The actor, the input and the time. `newId` makes ids in the actor's bucket. */
export type Act<Input> = { actor: Uuid; input: Input; now: Date; newId: () => Uuid }

/** Result of a command: the post that it created or changed, and its events. */
export type Done = PostRef & { events: readonly DomainEvent[] }

export type PostCommand<Input extends PostInput> = {
  /** Name of the mutation in the API. */
  name: string
  /** The text of the input, if it has one. */
  text?: (input: Input) => string
  /** Set if a block between the actor and the author of the post bars the command. */
  barred?: Barred
  /** Runs the command on the locked post and returns its result. */
  run: (tx: Sql, post: Post, act: Act<Input>) => Promise<Done | Failure>
}

/** Runs a command on an existing post: reply, edit, delete, like or unlike. */
export async function changePost<Input extends PostInput>(
  { viewer, transact, clock, makeId, secret, writeEvents, replayed, authors, blocksFresh }: Context,
  command: PostCommand<Input>,
  input: Input,
): Promise<PostRef | Failure> {
  if (viewer === null) return unauthenticated()
  const checker = new InputChecker()
  const postId = checker.id('post', 'postId', input.postId)
  const text = command.text?.(input) ?? null
  if (text !== null) checker.check('text', postTextFault(text))
  const key = checker.idempotencyKey(input.idempotencyKey)
  const faults = checker.failure()
  if (faults) return faults
  const mentions = text !== null && handlesIn(text).length > 0
  if (mentions) await authors.waitUntilFresh()
  if (mentions || command.barred) await blocksFresh()

  return runCommand<PostRef>(transact, {
    viewer,
    key,
    command: command.name,
    input: { ...input, idempotencyKey: null },
    secret,
    run: async (tx) => {
      const post = await lockPost(tx, postId)
      if (!post) return postNotFound(input.postId)
      const barred = command.barred && (await decideBlock(tx, command.barred, post, viewer))
      if (barred) return barred
      const newId = () => makeId(bucketOf(viewer))
      const done = await command.run(tx, post, { actor: viewer, input, now: new Date(clock()), newId })
      if (!isFailure(done)) await writeEvents(tx, done.events)
      return done
    },
    resultId: ({ id }) => id,
    reload: async (_, id) => ({ id }),
    replayed,
  })
}

async function decideBlock(
  tx: Sql,
  command: Barred,
  { authorId }: Post,
  actor: Uuid,
): Promise<Failure | null> {
  return decideBarred(command, (await readBlocks(tx, actor, [authorId])).get(authorId))
}

/** @param path path of the invalid argument: the post's id, or the idempotency key if its post was deleted since */
export function postNotFound(id: string, path: string[] = ['input', 'postId']): Failure {
  return fail('NOT_FOUND', path, `There is no post ${id}, or it was deleted. Check the id.`)
}
