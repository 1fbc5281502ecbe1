import type { Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Context, Tx } from '../context.ts'
import { sessionEvents } from '../domain/events.ts'
import { externalIdentity, invalidCredentials } from '../domain/identity.ts'
import { hashRefreshToken } from '../tokens/refresh-token.ts'
import {
  addRefreshToken,
  endSessions,
  presentSession,
  type OpenSession,
  type SessionTokens,
} from './session-store.ts'

type SessionRow = { id: Uuid; userId: Uuid; endedAt: Date | null }

/**
 * Exchanges a refresh token for a new pair of tokens. Each works once. Using one again means that two people have
 * it, and nobody can tell which is the thief: the session ends. Two uses at the same moment are no exception: one
 * gets a new pair, the other is refused and ends the session, the new pair with it.
 */
export async function refreshSession(
  context: Context,
  input: { refreshToken: string },
): Promise<{ session: SessionTokens } | Failure> {
  const { transactions, signingKeys, settings } = context
  if (settings.external) return externalIdentity(settings.issuer)
  const signer = await signingKeys.current()
  // Not a command's rollback on failure: the end of the session has to stay.
  const open = await transactions.$transaction((tx) => exchange(tx, context, input.refreshToken))
  if (open) return { session: await presentSession(context, signer, open) }
  return invalidCredentials(
    ['input', 'refreshToken'],
    'The refresh token is unknown, expired, used before, or of an ended session. Sign in again.',
  )
}

async function exchange(tx: Tx, context: Context, refreshToken: string): Promise<OpenSession | null> {
  const now = new Date(context.clock())
  const hash = hashRefreshToken(refreshToken)
  const session = await lockSession(tx, hash)
  if (!session || session.endedAt) return null
  // Read after the lock is held: another use of the token has either not begun or is visible now.
  const token = await tx.refreshToken.findUnique({ where: { hash } })
  if (!token || token.expiresAt <= now) return null
  if (token.usedAt) {
    const ended = await endSessions(tx, { userId: session.userId, now, only: session.id })
    await context.writeEvents(tx, sessionEvents('ended', ended))
    return null
  }
  await tx.refreshToken.update({ where: { hash }, data: { usedAt: now } })
  await tx.refreshToken.deleteMany({ where: { sessionId: session.id, expiresAt: { lte: now } } })
  const open = { ...session, ...(await addRefreshToken(tx, context, session.id)) }
  await context.writeEvents(tx, sessionEvents('refreshed', [session]))
  return open
}

async function lockSession(tx: Tx, hash: Uint8Array): Promise<SessionRow | null> {
  const [session] = await tx.$queryRaw<SessionRow[]>`
    select id, user_id as "userId", ended_at as "endedAt" from session
    where id = (select session_id from refresh_token where hash = ${hash}) for update`
  return session ?? null
}
