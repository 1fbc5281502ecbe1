import { unauthenticated, type Failure } from '../../../contracts/failure.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { InputChecker } from '../../../contracts/input.ts'
import type { Context } from '../context.ts'
import { passwordChanged, sessionEvents } from '../domain/events.ts'
import { externalIdentity, invalidCredentials } from '../domain/identity.ts'
import { givenPasswordFault, newPasswordFault } from '../domain/password.ts'
import { endSessions } from './session-store.ts'

export type ChangePasswordInput = { currentPassword: string; newPassword: string }

/** Changes the viewer's password and ends their other sessions. */
export async function changePassword(
  { prisma, transact, viewer, settings, passwords, clock, writeEvents }: Context,
  input: ChangePasswordInput,
): Promise<{ endedSessions: number } | Failure> {
  if (settings.external) return externalIdentity(settings.issuer)
  if (!viewer) return unauthenticated()
  const checker = new InputChecker()
  checker.check('currentPassword', givenPasswordFault(input.currentPassword))
  checker.check('newPassword', newPasswordFault(input.newPassword))
  const faults = checker.failure()
  if (faults) return faults

  const userId = viewer.id
  const credential = await prisma.credential.findUnique({ where: { userId } })
  const current = credential?.passwordHash ?? null
  if (!(await passwords.verify(input.currentPassword, current)) || current === null) return wrong()
  const passwordHash = await passwords.hash(input.newPassword)
  const ended = await transact(async (tx) => {
    const now = new Date(clock())
    if (!(await replacePassword(tx, { userId, current, passwordHash, now }))) return null
    const sessions = await endSessions(tx, { userId, now, except: viewer.session })
    await writeEvents(tx, [passwordChanged(userId), ...sessionEvents('ended', sessions)])
    return sessions
  })
  return ended === null ? wrong() : { endedSessions: ended.length }
}

type NewPassword = { userId: Uuid; current: string; passwordHash: string; now: Date }

/**
 * Replaces the password if it is still the one that was verified. Of two concurrent changes, one succeeds. The user's row
 * is locked first, as for every event of the user. The lock is weak: a concurrent sign-in only needs the row to exist, and
 * holds the password meanwhile.
 *
 * @returns whether the password was replaced
 */
async function replacePassword(
  tx: Sql,
  { userId, current, passwordHash, now }: NewPassword,
): Promise<boolean> {
  const replaced = await tx<object>(
    `with locked as materialized (select id from users where id = $1 for no key update)
     update credential set password_hash = $3, updated_at = $4 from locked
     where user_id = locked.id and password_hash = $2 returning 1`,
    userId,
    current,
    passwordHash,
    now,
  )
  return replaced.length === 1
}

function wrong(): Failure {
  return invalidCredentials(
    ['input', 'currentPassword'],
    'The current password is wrong. Check it and try again.',
  )
}
