/**
 * Runs SQL with `$1`, `$2`, … on a connection, or in the transaction that it was created for. Texts must be constants,
 * because each is prepared once per connection. Errors have a `code`, the SQLSTATE.
 */
export type Sql = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

/** Calls `run` in a `read committed` transaction. The transaction is rolled back if `run` rejects. */
export type Transact = <Result>(run: (tx: Sql) => Promise<Result>) => Promise<Result>

/** The SQLSTATE of an error from Postgres. Null for any other error. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error)) return null
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null
}

/** Maximum number of rows that one statement of `deleteInBatches` deletes. */
export const DELETE_BATCH = 5_000

/**
 * Deletes rows in small transactions until none is left, or until `stop` is aborted.
 *
 * @param text deletes at most `DELETE_BATCH` rows, and returns one row for each
 * @returns the number of deleted rows
 */
export async function deleteInBatches(
  sql: Sql,
  text: string,
  values: readonly unknown[],
  stop?: AbortSignal,
): Promise<number> {
  let deleted = 0
  for (let batch = DELETE_BATCH; batch === DELETE_BATCH; deleted += batch) {
    if (stop?.aborted) break
    batch = (await sql<object>(text, ...values)).length
  }
  return deleted
}
