import type { Failure } from '../../../contracts/failure.ts'
import { InputChecker } from '../../../contracts/input.ts'
import type { Context } from '../context.ts'
import { handleFault, normalizeHandle } from '../domain/handle.ts'
import { externalIdentity, invalidCredentials } from '../domain/identity.ts'
import { givenPasswordFault } from '../domain/password.ts'
import type { User } from '../domain/user.ts'
import { openSession } from './open-session.ts'
import type { SessionTokens } from './session-store.ts'

export type SignInInput = { handle: string; password: string }
export type SignIn = { user: User; session: SessionTokens }

/** Starts a session. An unknown handle gives the same response as a wrong password, and takes as long. */
export async function signIn(context: Context, input: SignInInput): Promise<SignIn | Failure> {
  const { prisma, settings } = context
  if (settings.external) return externalIdentity(settings.issuer)
  const handle = normalizeHandle(input.handle)
  const checker = new InputChecker()
  checker.check('handle', handleFault(handle))
  checker.check('password', givenPasswordFault(input.password))
  const faults = checker.failure()
  if (faults) return faults

  const found = await prisma.user.findUnique({ where: { handle }, include: { credential: true } })
  const session = await openSession(context, found?.credential ?? null, input.password)
  return found && session ? { user: found, session } : wrong()
}

function wrong(): Failure {
  return invalidCredentials(['input'], 'The handle or the password is wrong. Check both and try again.')
}
