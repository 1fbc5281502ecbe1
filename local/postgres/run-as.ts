import { stat } from 'node:fs/promises'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { run, type RunAs } from '../processes/run.ts'

/** Postgres refuses to run as root. These stand in for it, the first that exists. */
const STAND_INS = ['postgres', 'nobody'] as const

/**
 * Chooses the user that Postgres runs as: this process's own, unless that is root. As root: the owner of the data
 * that is there already, else a stand-in.
 *
 * @param home the folder that holds the data, or will
 */
export async function chooseUser(home: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return null
  const owner = await stat(home).catch(() => null)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  for (const name of STAND_INS) {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    // `| 0`: macOS prints the -2 of nobody as an unsigned number.
    if (uid.code === 0 && gid.code === 0) return { uid: Number(uid.output) | 0, gid: Number(gid.output) | 0 }
  }
  throw new UserFacingError(
    `Postgres does not run as root, and neither of the users ${STAND_INS.join(' and ')} exists. \
Start as another user, or create one: useradd --system postgres.`,
  )
}
