import { checkEvent } from '../../../contracts/events.ts'
import type { ExportedProfile } from '../../../contracts/exports.ts'
import { isUuid } from '../../../contracts/ids.ts'
import { type CompareRows, type Copy, insertEvents, type Sql } from '../../../patterns/change-log/index.ts'
import { authorsChanged } from '../domain/events.ts'

/** The authors, as they are built from users' export of profiles. A rebuild drops all that caches have of posts. */
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
 * Which of the exported profiles the copy has not, or otherwise: of the same version it must be the same; an older one has
 * missed an event. A newer one has seen events since.
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
  throw new TypeError(`This is no profile of an export: ${JSON.stringify(row).slice(0, 200)}`)
}
