import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Context } from '../context.ts'
import { sessionEvents } from '../domain/events.ts'
import { presentSession, pruneSessions, startSession, type SessionTokens } from './session-store.ts'

/** The user and the password hash that was read. */
type Credential = { userId: Uuid; passwordHash: string }

/**
 * Starts a session if the password is right. Null if it is wrong or is being changed. Without a credential the password is
 * wrong, and verifying takes as long.
 */
export async function openSession(
  context: Context,
  credential: Credential | null,
  password: string,
): Promise<SessionTokens | null> {
  const { transact, passwords, signingKeys } = context
  const right = await passwords.verify(password, credential?.passwordHash ?? null)
  if (!right || credential === null) return null

  const signer = await signingKeys.current()
  const open = await transact(async (tx) => {
    if (!(await holdPassword(tx, credential))) return null
    await pruneSessions(tx, context, credential.userId)
    const session = await startSession(tx, context, credential.userId)
    await context.writeEvents(tx, sessionEvents('started', [session]))
    return session
  })
  return open && presentSession(context, signer, open)
}

/** Prevents a change of the password until the session is committed, so that `changePassword` ends this session too. */
async function holdPassword(tx: Sql, { userId, passwordHash }: Credential): Promise<boolean> {
  const rows = await tx<object>(
    'select 1 from credential where user_id = $1 and password_hash = $2 for share',
    userId,
    passwordHash,
  )
  return rows.length === 1
}
