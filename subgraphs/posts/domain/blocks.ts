import { fail, type Failure } from '../../../contracts/failure.ts'

/** A block between the actor and another user: the actor `blocks` them, or is `blockedBy` them. */
export type BlockBetween = 'blocks' | 'blockedBy'

/** A command on a post that a block between the actor and its author bars. */
export type Barred = 'like' | 'reply'

const WORDS = {
  like: { before: 'liking it', refused: 'likes', offer: 'like it' },
  reply: { before: 'replying to it', refused: 'replies', offer: 'reply to it' },
} as const satisfies Readonly<Record<Barred, unknown>>

/** The failure of a command on a post because of a block. Null if there is no block. */
export function decideBarred(command: Barred, between: BlockBetween | undefined): Failure | null {
  const { before, refused, offer } = WORDS[command]
  switch (between) {
    case undefined:
      return null
    case 'blocks':
      return forbidden(`You have blocked the author of this post. Unblock them before ${before}.`)
    case 'blockedBy':
      return forbidden(
        `The author of this post does not accept ${refused} from you. Do not offer to ${offer}.`,
      )
  }
}

function forbidden(message: string): Failure {
  return fail('FORBIDDEN', ['input', 'postId'], message)
}
