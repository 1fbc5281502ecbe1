import type { Uuid } from '../../../contracts/ids.ts'
import { candidatesIn } from './mention-rule.ts'

/** Somebody named in a text: `@` and their handle as it was typed, in UTF-16 units of the text. */
export type Mention = { start: number; length: number; userId: Uuid }

/** People that one text can mention; further handles stay plain text. */
export const MAX_MENTIONED = 100

/** The handles that a text may mention, lower case, in their order. */
export function handlesIn(text: string): string[] {
  const handles = new Set<string>()
  for (const { handle } of candidatesIn(text)) {
    handles.add(handle)
    if (handles.size === MAX_MENTIONED) break
  }
  return [...handles]
}

/** Who a text mentions. @param users by handle; whoever is not among them is not mentioned */
export function mentionsIn(text: string, users: ReadonlyMap<string, Uuid>): Mention[] {
  const mentions: Mention[] = []
  for (const { start, typed, handle } of candidatesIn(text)) {
    const userId = users.get(handle)
    if (userId !== undefined) mentions.push({ start, length: typed.length, userId })
  }
  return mentions
}

/**
 * The text as it is shown: with the handles that the mentioned have now. A handle that is still right stays as it was
 * typed, and so does that of somebody unknown.
 */
export function showText(
  text: string,
  mentions: readonly Mention[],
  handleOf: (user: Uuid) => string | undefined,
): string {
  let shown = ''
  let end = 0
  for (const { start, length, userId } of mentions) {
    const typed = text.slice(start, start + length)
    const handle = handleOf(userId)
    const same = handle === undefined || typed.slice(1).toLowerCase() === handle
    shown += text.slice(end, start) + (same ? typed : `@${handle}`)
    end = start + length
  }
  return shown + text.slice(end)
}

/** The mentioned, each once, in their order. */
export function mentionedIn(mentions: readonly Mention[] | null): Uuid[] {
  return [...new Set((mentions ?? []).map(({ userId }) => userId))]
}
