import type { TransactionSql } from './run-once.ts'

/** How long a key is remembered: longer than any client goes on repeating a request. Milliseconds. */
export const KEY_RETENTION_MS = 24 * 3_600_000

/** Keys deleted by one statement. */
const BATCH = 5_000

/** Deletes the keys that were claimed before `now - KEY_RETENTION_MS`, in small transactions. */
export async function deleteExpiredKeys(sql: TransactionSql, now: number): Promise<void> {
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
