import type { Sql } from '../../../contracts/sql.ts'
import type { CompareRows } from './compare-copy.ts'
import type { ConsumerName } from './handler.ts'
import type { OpenWork } from './open-work.ts'

/**
 * Compares a reactor with its owner's open work. A request is missing if the reactor has neither taken it up nor keeps it
 * behind its key. Such a request would stay open at the owner for ever.
 */
export function compareOpenWork(sql: Sql, name: ConsumerName, { requestOf }: OpenWork): CompareRows {
  return async (rows) => {
    const requests = rows.map(requestOf)
    const wrong = await sql<{ id: string }>(
      `select id from unnest($3::text[], $4::text[]) as open (id, key)
       where not exists (select from reactor_request r where (r.consumer, r.source, r.id) = ($1, $2, open.id))
         and not exists (select from parked_key k where (k.consumer, k.source, k.key) = ($1, $2, open.key))`,
      name.consumer,
      name.source,
      requests.map(({ id }) => id),
      requests.map(({ key }) => key),
    )
    return { wrong: wrong.map(({ id }) => id) }
  }
}
