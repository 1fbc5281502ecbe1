import { sqlState } from '../../../contracts/sql.ts'

/**
 * Classes of SQLSTATE whose cause is not the event: connection, transaction state, authorization, transaction rolled back
 * (deadlock, serialization), missing table or permission, resources, locks, operator intervention, system.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const PASSING = new Set(['08', '25', '28', '40', '42', '53', '55', '57', '58'])

/** The handler ignored a failed statement, and went on. It will do so again. */
const IN_FAILED_TRANSACTION = '25P02'

/** Codes of errors of a connection: those of the system, such as ECONNRESET, and those of node. */
const OF_CONNECTION = /^(E(?!RR_)|ERR_(STREAM|SOCKET|SSL|TLS)_)/

/**
 * Whether the error is transient: a retry may succeed, so the event is not the cause. An error that the handler itself
 * throws is not transient.
 */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return state !== IN_FAILED_TRANSACTION && PASSING.has(state.slice(0, 2))
  if (!(error instanceof Error)) return false
  // Errors of `pg` itself have no code.
  if ('code' in error && typeof error.code === 'string' && OF_CONNECTION.test(error.code)) return true
  return /^(Connection terminated|Client has encountered|timeout exceeded|Query read timeout)/.test(
    error.message,
  )
}

/** The reason that is stored with a parked key. Postgres stores no null characters. */
export function reasonOf(error: unknown): string {
  return textOf(error).replaceAll('\0', '\uFFFD')
}

function textOf(error: unknown): string {
  try {
    return String(error)
  } catch {
    return 'an error without a text'
  }
}
