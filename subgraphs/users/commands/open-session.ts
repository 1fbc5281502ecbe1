import type { Uuid } from '../../../contracts/ids.ts'
import type { Context, Tx } from '../context.ts'
import { sessionEvents } from '../domain/events.ts'
import { presentSession, pruneSessions, startSession, type SessionTokens } from './session-store.ts'

/** Whose password, and its hash as it was read. */
type Credential = { userId: Uuid; passwordHash: string }

/**
 * Starts a session for somebody who knows the password. Null when it is not right, or is being changed; without a
 * credential it is wrong, which takes just as long to find out.
 */
export async function openSession(
  context: Context,
  credential: Credential | null,
  password: string,
): Promise<SessionTokens | null> {
  const { transactions, passwords, signingKeys } = context
  const right = await passwords.verify(password, credential?.passwordHash ?? null)
  if (!right || credential === null) return null

  const signer = await signingKeys.current()
  const open = await transactions.$transaction(async (tx) => {
    if (!(await holdPassword(tx, credential))) return null
    await pruneSessions(tx, context, credential.userId)
    const session = await startSession(tx, context, credential.userId)
    await context.writeEvents(tx, sessionEvents('started', [session]))
    return session
  })
  return open && presentSession(context, signer, open)
}

/** Keeps the password from being changed until the session is there, so that `changePassword` ends it too. */
async function holdPassword(tx: Tx, { userId, passwordHash }: Credential): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    select 1 from credential where user_id = ${userId}::uuid and password_hash = ${passwordHash} for share`
  return rows.length === 1
}
