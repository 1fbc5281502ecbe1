import type { Uuid } from '../../../contracts/ids.ts'
import { candidatesIn } from './mention-rule.ts'

/** A mention in a text: the range of `@` and the handle as typed, in UTF-16 units. */
export type Mention = { start: number; length: number; userId: Uuid }

/** Maximum number of users that one text can mention. Further handles are plain text. */
export const MAX_MENTIONED = 100

/** The handles that a text may mention, in lower case, in order. */
export function handlesIn(text: string): string[] {
  const handles = new Set<string>()
  for (const { handle } of candidatesIn(text)) {
    handles.add(handle)
    if (handles.size === MAX_MENTIONED) break
  }
  return [...handles]
}

/** The mentions of a text. @param users ids by handle; other handles are not mentions */
export function mentionsIn(text: string, users: ReadonlyMap<string, Uuid>): Mention[] {
  const mentions: Mention[] = []
  for (const { start, typed, handle } of candidatesIn(text)) {
    const userId = users.get(handle)
    if (userId !== undefined) mentions.push({ start, length: typed.length, userId })
  }
  return mentions
}

/**
 * The text with the current handles of the mentioned users. If a handle has not changed, or its user is unknown, it stays
 * as it was typed.
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

/** The mentioned users, each once, in order. */
export function mentionedIn(mentions: readonly Mention[] | null): Uuid[] {
  return [...new Set((mentions ?? []).map(({ userId }) => userId))]
}
