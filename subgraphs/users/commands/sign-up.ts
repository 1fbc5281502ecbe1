import { fail, isFailure, type Failure } from '../../../contracts/failure.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context, Tx } from '../context.ts'
import { handleFault, normalizeHandle } from '../domain/handle.ts'
import { externalIdentity } from '../domain/identity.ts'
import { newPasswordFault } from '../domain/password.ts'
import { bioFault, handleTaken, nameFault } from '../domain/profile.ts'
import type { User } from '../domain/user.ts'
import { presentSession, startSession, type OpenSession, type SessionTokens } from './session-store.ts'
import { insertUser } from './user-store.ts'

export type SignUpInput = {
  handle: string
  name: string
  password: string
  bio?: string | null
  idempotencyKey?: string | null
}
export type SignedUp = { user: User; session: SessionTokens }

/**
 * Creates a user and their first session. A repeat with the same key starts another session of the same user: the
 * compared input contains the password, so whoever repeats it knows it.
 */
export async function signUp(context: Context, input: SignUpInput): Promise<SignedUp | Failure> {
  const { prisma, passwords, signingKeys, secret, settings, clock, makeId } = context
  if (settings.external) return externalIdentity(settings.issuer)
  const profile = { handle: normalizeHandle(input.handle), name: input.name, bio: input.bio ?? '' }
  const checker = new InputChecker()
  checker.check('handle', handleFault(profile.handle))
  checker.check('name', nameFault(profile.name))
  checker.check('password', newPasswordFault(input.password))
  checker.check('bio', bioFault(profile.bio))
  const key = checker.idempotencyKey(input.idempotencyKey)
  const faults = checker.failure()
  if (faults) return faults

  // Before the transaction: hashing takes long on purpose, and nothing may fail once the session is committed.
  const passwordHash = await passwords.hash(input.password)
  const signer = await signingKeys.current()
  const made = await runCommand<Tx, { user: User; open: OpenSession }>(prisma, {
    viewer: '',
    key,
    command: 'signUp',
    input: { ...profile, password: input.password },
    secret,
    run: async (tx) => {
      const createdAt = new Date(clock())
      const user = await insertUser(tx, { id: makeId(), ...profile, version: 1, createdAt })
      if (!user) return handleTaken(profile.handle)
      await tx.credential.create({ data: { userId: user.id, passwordHash, updatedAt: createdAt } })
      return { user, open: await startSession(tx, context, user.id) }
    },
    resultId: ({ user }) => user.id,
    reload: (tx, id) => startAgain(tx, context, id),
  })
  if (isFailure(made)) return made
  return { user: made.user, session: await presentSession(context, signer, made.open) }
}

/** The repeated password is the first one; it opens nothing any more once it has been changed. */
async function startAgain(tx: Tx, context: Context, id: string) {
  const { credential, ...user } = await tx.user.findUniqueOrThrow({
    where: { id },
    include: { credential: true },
  })
  if (credential?.updatedAt.getTime() !== user.createdAt.getTime()) {
    return fail(
      'FORBIDDEN',
      ['input', 'password'],
      'The password was changed after this sign-up. Use signIn.',
    )
  }
  return { user, open: await startSession(tx, context, user.id) }
}
