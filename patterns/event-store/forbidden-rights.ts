import type { Sql } from '../../contracts/sql.ts'

/**
 * The rights to change or delete events that this role has. There must be none: the migration revokes them. A restore
 * without privileges, a grant or the role of a superuser brings them back.
 */
export async function forbiddenRights(sql: Sql): Promise<string[]> {
  const rows = await sql<{ right: string }>(
    `select "right" from unnest(array['update', 'delete', 'truncate']) as "right"
     where has_table_privilege(current_user, 'stream_event', "right")`,
  )
  return rows.map(({ right }) => right)
}
