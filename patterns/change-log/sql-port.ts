export type { Sql, Transact } from '../../contracts/sql.ts'

/** The SQLSTATE of an error from Postgres. Null for any other error. */
export function sqlState(error: unknown): string | null {
  if (!(error instanceof Error && 'code' in error)) return null
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null
}
