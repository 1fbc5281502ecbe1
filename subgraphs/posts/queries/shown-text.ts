import { mentionedIn, showText } from '../domain/mentions.ts'
import type { PostRow } from './lists.ts'
import type { Loaders } from './loaders.ts'

/** A text with the current handles of the mentioned users. */
export function showPostText(
  { text, mentions }: Pick<PostRow, 'text' | 'mentions'>,
  loaders: Pick<Loaders, 'authors'>,
): string | Promise<string> {
  return mentions === null ? text : show(text, mentions, loaders)
}

async function show(
  text: string,
  mentions: NonNullable<PostRow['mentions']>,
  { authors }: Pick<Loaders, 'authors'>,
): Promise<string> {
  const mentioned = mentionedIn(mentions)
  const known = await Promise.all(mentioned.map((id) => authors.load(id)))
  const handles = new Map(known.map((author, i) => [mentioned[i], author?.handle]))
  return showText(text, mentions, (user) => handles.get(user))
}
