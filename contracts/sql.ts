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
