import { Client } from 'pg'
import { UserFacingError } from '../../platform/lifecycle.ts'

/** `invalid_password` (https://www.postgresql.org/docs/18/errcodes-appendix.html). */
const INVALID_PASSWORD = '28P01'

/** `refused`: the server responds, but the password is wrong. `silent`: there is no response, perhaps only not yet. */
export type Answer = { kind: 'open' } | { kind: 'refused' | 'silent'; reason: string }

/** Tries to connect. Never rejects. */
export async function tryUrl(url: string): Promise<Answer> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    await client.query('select 1')
    return { kind: 'open' }
  } catch (error) {
    if (!(error instanceof Error)) return { kind: 'silent', reason: String(error) }
    const refused = 'code' in error && error.code === INVALID_PASSWORD
    return { kind: refused ? 'refused' : 'silent', reason: error.message || error.name }
  } finally {
    await client.end().catch(() => {})
  }
}

/** Checks that the server accepts our password. @throws UserFacingError if the data has another password */
export async function requireResponse(url: string, folder: string): Promise<void> {
  const response = await tryUrl(url)
  if (response.kind === 'open') return
  if (response.kind === 'silent')
    throw new UserFacingError(`Postgres on ${folder} does not respond: ${response.reason}.`)
  throw new UserFacingError(
    `The databases in ${folder} were made with another password than the one in secrets.json. \
Put that file back, or move ${folder} away to start with an empty database.`,
  )
}
