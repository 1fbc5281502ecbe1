import { DELETE_BATCH, deleteInBatches, type Sql } from '../../contracts/sql.ts'

/** How long a key is stored, in milliseconds. After that, the same key is a new command. */
export const KEY_RETENTION_MS = 24 * 3_600_000

const EXPIRED = `
  delete from idempotency_key where (viewer, key) in (
    select viewer, key from idempotency_key where created_at < $1 limit ${DELETE_BATCH}
  ) returning 1`

/** Deletes the keys that were claimed before `now - KEY_RETENTION_MS`, in small transactions. */
export async function deleteExpiredKeys(sql: Sql, now: number): Promise<void> {
  await deleteInBatches(sql, EXPIRED, [new Date(now - KEY_RETENTION_MS)])
}
