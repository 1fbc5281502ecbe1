import { Client } from 'pg'

/** Maximum wait for the database to respond. Milliseconds. */
const TIMEOUT_MS = 5_000

/** Reasons by error code of Node and of Postgres (https://www.postgresql.org/docs/18/errcodes-appendix.html). */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'no such host',
  EHOSTUNREACH: 'no way to this host',
  ENETUNREACH: 'no way to this host',
  ETIMEDOUT: 'no response',
  '28P01': 'wrong user or password',
  '28000': 'this user may not connect',
  '42501': 'this user may not connect to this database',
  '3D000': 'no such database',
  '53300': 'too many connections',
  '57P03': 'it is starting up',
}

/** Tries to connect. Never rejects. @returns a short reason for the failure, or null if it works */
export async function whyUnusable(url: string): Promise<string | null> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS })
  // An error while the connection closes is irrelevant, because the result is already known.
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return null
  } catch (error) {
    return reasonOf(error)
  } finally {
    await client.end().catch(() => {})
  }
}

/** The error of a connection that fails at several addresses contains one error per address. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0])
  if (!(error instanceof Error)) return String(error)
  const known = 'code' in error ? REASONS[String(error.code)] : undefined
  return known ?? (error.message || error.name)
}
