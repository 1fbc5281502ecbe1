import { sqlState } from '../sql-port.ts'

/**
 * Classes of SQLSTATE that say nothing about the event: connection, transaction state, authorization, transaction rolled
 * back (deadlock, serialization), a table or a right that is missing, resources, locks, intervention, system.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const PASSING = new Set(['08', '25', '28', '40', '42', '53', '55', '57', '58'])

/** Whether the same may well succeed later, so that no event is to blame. What the handler throws itself is not. */
export function isPassing(error: unknown): boolean {
  const state = sqlState(error)
  if (state !== null) return PASSING.has(state.slice(0, 2))
  if (!(error instanceof Error)) return false
  // Of node's sockets (ECONNRESET), and of `pg`, which gives its own no code.
  if ('code' in error && typeof error.code === 'string' && error.code.startsWith('E')) return true
  return /^(Connection terminated|Client has encountered|timeout exceeded|Query read timeout)/.test(
    error.message,
  )
}
