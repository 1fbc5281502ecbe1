import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'

/** The facets of all posts of these users, deleted ones too. */
export async function facetsOfPosts(sql: Sql, authors: readonly Uuid[]): Promise<string[]> {
  const rows = await sql<{ id: Uuid }>('select id from post where author_id = any($1::uuid[])', authors)
  return rows.map(({ id }) => facets.post(formatId('post', id)))
}
