import { Client } from 'pg'
import { UserFacingError } from '../../lifecycle.ts'

/** `invalid_password` (https://www.postgresql.org/docs/18/errcodes-appendix.html). */
const INVALID_PASSWORD = '28P01'

/** Checks that the server accepts our password. @throws UserFacingError when the data was made with another one */
export async function requireAnswer(url: string, folder: string): Promise<void> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === INVALID_PASSWORD)) throw error
    throw new UserFacingError(
      `The databases in ${folder} were made with another password than the one in secrets.json. \
Put that file back, or move ${folder} away to start with an empty database.`,
    )
  } finally {
    await client.end().catch(() => {})
  }
}
