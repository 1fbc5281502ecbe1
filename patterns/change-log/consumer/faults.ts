import { sqlState } from '../../../contracts/sql.ts'

/**
 * Classes of SQLSTATE whose cause is not the event: connection, transaction state, authorization, transaction rolled back
 * (deadlock, serialization), missing table or permission, resources, locks, operator intervention, system.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const PASSING = new Set(['08', '25', '28', '40', '42', '53', '55', '57', '58'])

/**
 * Whether the error is transient: a retry may succeed, so the event is not the cause. An error that the handler itself
 * throws is not transient.
 */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return PASSING.has(state.slice(0, 2))
  if (!(error instanceof Error)) return false
  // Errors of Node's sockets have a code, such as ECONNRESET. Errors of `pg` itself have none.
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('E')) return true
  return /^(Connection terminated|Client has encountered|timeout exceeded|Query read timeout)/.test(
    error.message,
  )
}
