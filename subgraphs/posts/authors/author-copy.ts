import type { Sql } from '../../../contracts/sql.ts'
import { checkEvent } from '../../../contracts/events.ts'
import type { ExportedProfile } from '../../../contracts/exports.ts'
import { isUuid } from '../../../contracts/ids.ts'
import { type CompareRows, type Copy, insertEvents } from '../../../patterns/change-log/index.ts'
import { authorsChanged } from '../domain/events.ts'

/** Builds the copy of authors from users' export of profiles. A rebuild invalidates all cached data of posts. */
export const authorCopy: Copy = {
  async clear(tx) {
    await tx('delete from author')
    await insertEvents(tx, [authorsChanged('all')], checkEvent)
  },
  async add(tx, rows, { position }) {
    await tx(
      `insert into author (id, handle, name, version, handle_offset)
       select *, $5 from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[])`,
      ...columns(rows),
      position.offset,
    )
  },
}

/**
 * Finds exported profiles that are missing or wrong in the copy. At the same version, the data must be equal. An older version
 * in the copy means that it has missed an event. A newer version is right, because it has applied later events.
 */
export function compareAuthors(sql: Sql): CompareRows {
  return async (rows) => {
    const wrong = await sql<{ id: string }>(
      `select profile.id from unnest($1::uuid[], $2::text[], $3::text[], $4::integer[])
         as profile (id, handle, name, version)
       left join author using (id)
       where author.version is null or author.version < profile.version or author.version = profile.version
         and (author.handle, author.name) is distinct from (profile.handle, profile.name)`,
      ...columns(rows),
    )
    return { wrong: wrong.map(({ id }) => id) }
  }
}

function columns(rows: readonly unknown[]): unknown[] {
  const profiles = rows.map(requireProfile)
  return [
    profiles.map(({ id }) => id),
    profiles.map(({ handle }) => handle),
    profiles.map(({ name }) => name),
    profiles.map(({ version }) => version),
  ]
}

function requireProfile(row: unknown): ExportedProfile {
  if (typeof row === 'object' && row !== null) {
    const { id, handle, name, version } = row as Record<string, unknown>
    if (typeof id === 'string' && isUuid(id) && typeof handle === 'string' && typeof name === 'string') {
      if (Number.isSafeInteger(version)) return { id, handle, name, version: Number(version) }
    }
  }
  throw new TypeError(`This row of an export is not a profile: ${JSON.stringify(row).slice(0, 200)}`)
}
