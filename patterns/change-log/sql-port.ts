/** Runs SQL with `$1`, `$2`, …, in a transaction or not, as the caller was told. Errors carry `code`, the SQLSTATE. */
export type Sql = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

/** The SQLSTATE of an error of Postgres, else null. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error)) return null
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null
}
