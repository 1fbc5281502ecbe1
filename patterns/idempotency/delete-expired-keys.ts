import type { Sql } from '../../contracts/sql.ts'

/** How long a key is stored: longer than any client repeats a request. Milliseconds. */
export const KEY_RETENTION_MS = 24 * 3_600_000

/** Number of keys that one statement deletes. */
const BATCH = 5_000

/** Deletes the keys that were claimed before `now - KEY_RETENTION_MS`, in small transactions. */
export async function deleteExpiredKeys(sql: Sql, now: number): Promise<void> {
  const before = new Date(now - KEY_RETENTION_MS)
  for (let deleted = BATCH; deleted === BATCH;) {
    const rows = await sql<object>(
      `delete from idempotency_key where (viewer, key) in (
         select viewer, key from idempotency_key where created_at < $1 limit ${BATCH}
       ) returning 1`,
      before,
    )
    deleted = rows.length
  }
}
