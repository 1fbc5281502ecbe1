import { stat } from 'node:fs/promises'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { run, type RunAs } from '../processes/run.ts'

/** Postgres refuses to run as root. When started as root, it runs as the first of these users that exists. */
const STAND_INS = ['postgres', 'nobody'] as const

/**
 * Chooses the user that Postgres runs as. Normally that is the user of this process. For root, it is the owner of the
 * existing data, or else one of `STAND_INS`.
 *
 * @param home the Postgres folder, which need not exist yet
 */
export async function chooseUser(home: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return null
  const owner = await stat(home).catch(() => null)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  for (const name of STAND_INS) {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    // `| 0`: macOS prints the uid -2 of `nobody` as an unsigned number.
    if (uid.code === 0 && gid.code === 0) return { uid: Number(uid.output) | 0, gid: Number(gid.output) | 0 }
  }
  throw new UserFacingError(
    `Postgres does not run as root, and neither of the users ${STAND_INS.join(' and ')} exists. \
Start as another user, or create one: useradd --system postgres.`,
  )
}
