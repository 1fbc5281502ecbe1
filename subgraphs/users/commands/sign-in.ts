import type { Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { InputChecker } from '../../../contracts/input.ts'
import type { Context, Tx } from '../context.ts'
import { handleFault, normalizeHandle } from '../domain/handle.ts'
import { externalIdentity, invalidCredentials } from '../domain/identity.ts'
import { givenPasswordFault } from '../domain/password.ts'
import type { User } from '../domain/user.ts'
import { presentSession, pruneSessions, startSession, type SessionTokens } from './session-store.ts'

export type SignInInput = { handle: string; password: string }
export type SignIn = { user: User; session: SessionTokens }

/** Starts a session. An unknown handle answers like a wrong password, and takes as long. */
export async function signIn(context: Context, input: SignInInput): Promise<SignIn | Failure> {
  const { prisma, passwords, signingKeys, settings } = context
  if (settings.external) return externalIdentity(settings.issuer)
  const handle = normalizeHandle(input.handle)
  const checker = new InputChecker()
  checker.check('handle', handleFault(handle))
  checker.check('password', givenPasswordFault(input.password))
  const faults = checker.failure()
  if (faults) return faults

  const found = await prisma.user.findUnique({ where: { handle }, include: { credential: true } })
  const passwordHash = found?.credential?.passwordHash ?? null
  const right = await passwords.verify(input.password, passwordHash)
  if (!found || passwordHash === null || !right) return wrong()

  const signer = await signingKeys.current()
  const open = await prisma.$transaction(async (tx) => {
    if (!(await holdPassword(tx, found.id, passwordHash))) return null
    await pruneSessions(tx, context, found.id)
    return startSession(tx, context, found.id)
  })
  if (!open) return wrong()
  return { user: found, session: await presentSession(context, signer, open) }
}

/** Keeps the password from being changed until the session is there, so that `changePassword` ends it too. */
async function holdPassword(tx: Tx, userId: Uuid, passwordHash: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    select 1 from credential where user_id = ${userId}::uuid and password_hash = ${passwordHash} for share`
  return rows.length === 1
}

function wrong(): Failure {
  return invalidCredentials(['input'], 'The handle or the password is not right. Check both and try again.')
}
