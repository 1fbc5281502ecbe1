import { fail, isFailure, type Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import { sessionEvents, userCreated } from '../domain/events.ts'
import { handleFault, normalizeHandle } from '../domain/handle.ts'
import { externalIdentity } from '../domain/identity.ts'
import { newPasswordFault } from '../domain/password.ts'
import { bioFault, handleTaken, nameFault } from '../domain/profile.ts'
import type { User } from '../domain/user.ts'
import { openSession } from './open-session.ts'
import { presentSession, startSession, type OpenSession, type SessionTokens } from './session-store.ts'
import { insertUser, reloadUser } from './user-store.ts'

export type SignUpInput = {
  handle: string
  name: string
  password: string
  bio?: string | null
  idempotencyKey?: string | null
}
export type SignedUp = { user: User; session: SessionTokens }

/**
 * Creates a user and their first session. A repeat with the same key and profile is a sign-in: it starts another session
 * if the password is right. The hash of the input does not include the password, because a fast hash of it could be
 * brute-forced.
 */
export async function signUp(context: Context, input: SignUpInput): Promise<SignedUp | Failure> {
  const { transact, passwords, signingKeys, secret, settings, clock, makeId } = context
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

  // Before the transaction: hashing is slow on purpose, and nothing may fail after the session is committed.
  const passwordHash = await passwords.hash(input.password)
  const signer = await signingKeys.current()
  const made = await runCommand<{ user: User; open: OpenSession | null }>(transact, {
    viewer: '',
    key,
    command: 'signUp',
    input: profile,
    secret,
    run: async (tx) => {
      const createdAt = new Date(clock())
      const user = await insertUser(tx, {
        id: makeId(),
        ...profile,
        approvesFollowers: false,
        version: 1,
        createdAt,
      })
      if (!user) return handleTaken(profile.handle)
      await tx(
        'insert into credential (user_id, password_hash, updated_at) values ($1, $2, $3)',
        user.id,
        passwordHash,
        createdAt,
      )
      const open = await startSession(tx, context, user.id)
      await context.writeEvents(tx, [userCreated(user), ...sessionEvents('started', [open])])
      return { user, open }
    },
    resultId: ({ user }) => user.id,
    reload: async (tx, id) => ({ user: await reloadUser(tx, id), open: null }),
    replayed: context.replayed,
  })
  if (isFailure(made)) return made
  const { user, open } = made
  const session = open
    ? await presentSession(context, signer, open)
    : await startAgain(context, user.id, input.password)
  return session ? { user, session } : otherPassword(key)
}

/** Runs outside the transaction that claims the idempotency key, because verifying is slow on purpose. */
async function startAgain(context: Context, userId: Uuid, password: string): Promise<SessionTokens | null> {
  const credential = await context.prisma.credential.findUnique({ where: { userId } })
  return openSession(context, credential, password)
}

function otherPassword(key: string | null): Failure {
  return fail(
    'IDEMPOTENCY_CONFLICT',
    ['input', 'idempotencyKey'],
    `The idempotency key ${JSON.stringify(key)} was already used, and the password is wrong. Use signIn, or a new key.`,
  )
}
