import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { handlesIn, mentionedIn, mentionsIn, showText, type Mention } from '../domain/mentions.ts'
import type { Post } from '../domain/post.ts'

type AuthorHandle = { id: Uuid; handle: string }

/** The mentions of a text, resolved with the handles in this service's copy. */
export async function readMentions(tx: Sql, text: string): Promise<Mention[]> {
  const handles = handlesIn(text)
  if (handles.length === 0) return []
  const rows = await tx<AuthorHandle>(
    `select distinct on (handle) handle, id from author where handle = any($1::text[])
     order by handle, handle_offset desc`,
    handles,
  )
  return mentionsIn(text, new Map(rows.map(({ handle, id }) => [handle, id])))
}

/** A post's text with current handles. */
export async function readShown(tx: Sql, { text, mentions }: Post): Promise<string> {
  if (mentions.length === 0) return text
  const rows = await tx<AuthorHandle>(
    'select id, handle from author where id = any($1::uuid[])',
    mentionedIn(mentions),
  )
  const handles = new Map(rows.map(({ id, handle }) => [id, handle]))
  return showText(text, mentions, (user) => handles.get(user))
}
