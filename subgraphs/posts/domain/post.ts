import { fail, staleVersion, type Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { textFault } from '../../../contracts/input.ts'
import type { Mention } from './mentions.ts'

/** Maximum length of a post's text, in code points. */
export const MAX_TEXT = 5_000

/** A post that is not deleted. `version` counts its texts from 1. `text` and `mentions` are as typed. */
export type Post = {
  id: Uuid
  authorId: Uuid
  replyToId: Uuid | null
  text: string
  mentions: Mention[]
  version: number
}

/** A change of one's own post. */
export type Change = { type: 'Edited'; text: string; mentions: Mention[] } | { type: 'Deleted' }

/** The fault of a text to publish, or null. The shown text may become longer when handles change. */
export function postTextFault(text: string): string | null {
  return textFault(text, 1, MAX_TEXT)
}

/**
 * An edit to the same text changes nothing. The version is compared first, so that the client has seen the text.
 *
 * @param edit `expectedVersion`: the version it is based on; null: any
 * @param shown the post's text as shown to its editor, with current handles
 */
export function decideEdit(
  post: Post,
  editor: Uuid,
  edit: { text: string; mentions: Mention[]; expectedVersion?: number | null },
  shown: string,
): Change[] | Failure {
  if (post.authorId !== editor) return notYours('edit')
  const { expectedVersion = null } = edit
  if (expectedVersion !== null && expectedVersion !== post.version) {
    return staleVersion(expectedVersion, post.version)
  }
  return shown === edit.text ? [] : [{ type: 'Edited', text: edit.text, mentions: edit.mentions }]
}

export function decideDelete(post: Post, remover: Uuid): Change[] | Failure {
  return post.authorId === remover ? [{ type: 'Deleted' }] : notYours('delete')
}

function notYours(verb: string): Failure {
  return fail('FORBIDDEN', ['input', 'postId'], `Only its author can ${verb} a post. Sign in as its author.`)
}
