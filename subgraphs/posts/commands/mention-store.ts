import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { readBlocks } from '../blocks/read-blocks.ts'
import { handlesIn, mentionedIn, mentionsIn, showText, type Mention } from '../domain/mentions.ts'
import type { Post } from '../domain/post.ts'

type AuthorHandle = { id: Uuid; handle: string }

/**
 * The mentions of a text, resolved with the handles in this service's copy. The handle of a user is plain text if there is a
 * block between them and the author.
 */
export async function readMentions(tx: Sql, author: Uuid, text: string): Promise<Mention[]> {
  const handles = handlesIn(text)
  if (handles.length === 0) return []
  const rows = await tx<AuthorHandle>(
    `select distinct on (handle) handle, id from author where handle = any($1::text[])
     order by handle, handle_offset desc`,
    handles,
  )
  const blocks = await readBlocks(
    tx,
    author,
    rows.map(({ id }) => id),
  )
  const users = rows.filter(({ id }) => !blocks.has(id))
  return mentionsIn(text, new Map(users.map(({ handle, id }) => [handle, id])))
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
