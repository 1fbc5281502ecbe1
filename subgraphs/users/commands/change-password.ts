import { unauthenticated, type Failure } from '../../../contracts/failure.ts'
import { InputChecker } from '../../../contracts/input.ts'
import type { Context } from '../context.ts'
import { externalIdentity, invalidCredentials } from '../domain/identity.ts'
import { givenPasswordFault, newPasswordFault } from '../domain/password.ts'
import { endSessions } from './session-store.ts'

export type ChangePasswordInput = { currentPassword: string; newPassword: string }

/** Changes the viewer's password and ends their other sessions. */
export async function changePassword(
  { prisma, viewer, settings, passwords, clock }: Context,
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
  const endedSessions = await prisma.$transaction(async (tx) => {
    const now = new Date(clock())
    // Only while it is still the one that was verified: of two changes at once, one wins.
    const { count } = await tx.credential.updateMany({
      where: { userId, passwordHash: current },
      data: { passwordHash, updatedAt: now },
    })
    return count === 1 ? endSessions(tx, { userId, now, except: viewer.session }) : null
  })
  return endedSessions === null ? wrong() : { endedSessions }
}

function wrong(): Failure {
  return invalidCredentials(
    ['input', 'currentPassword'],
    'The current password is not right. Check it and try again.',
  )
}
