import type { Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Context, Tx } from '../context.ts'
import { sessionEvents } from '../domain/events.ts'
import { externalIdentity, invalidCredentials } from '../domain/identity.ts'
import { hashRefreshToken, successorOf } from '../tokens/refresh-token.ts'
import {
  addRefreshToken,
  endSessions,
  presentSession,
  type OpenSession,
  type SessionTokens,
} from './session-store.ts'

type SessionRow = { id: Uuid; userId: Uuid; endedAt: Date | null }

/** So long after its use, a refresh token may be repeated. Milliseconds. */
const REPEAT_MS = 10_000

/**
 * Exchanges a refresh token for a new pair of tokens. Each works once, and may be repeated for a short time: two tabs, or
 * a retry after a lost response, get the same new refresh token, and each an access token of its own. Neither the new
 * token nor anything it could be read from is stored: it is derived from the old one.
 *
 * Any other use of a used token means that two people have it, and nobody can tell which is the thief: the session ends.
 * So does the repeat of a token whose successor was used already: that response has arrived, so there is nothing to
 * retry. The service knows of no device or address, only of the tokens; a repeat that is signed in as another session
 * is not served.
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
    const repeated = await repeat(tx, context, session, { refreshToken, usedAt: token.usedAt, now })
    if (repeated) return repeated
    const ended = await endSessions(tx, { userId: session.userId, now, only: session.id })
    await context.writeEvents(tx, sessionEvents('ended', ended))
    return null
  }
  await tx.refreshToken.update({ where: { hash }, data: { usedAt: now } })
  await tx.refreshToken.deleteMany({ where: { sessionId: session.id, expiresAt: { lte: now } } })
  const successor = successorOf(context.secret, refreshToken)
  const open = { ...session, ...(await addRefreshToken(tx, context, session.id, successor)) }
  await context.writeEvents(tx, sessionEvents('refreshed', [session]))
  return open
}

type Used = { refreshToken: string; usedAt: Date; now: Date }

/** The exchange of a used token once more; null when it may not be repeated. The caller holds the session's lock. */
async function repeat(
  tx: Tx,
  { secret, viewer }: Context,
  session: SessionRow,
  { refreshToken, usedAt, now }: Used,
): Promise<OpenSession | null> {
  if (now.getTime() - usedAt.getTime() > REPEAT_MS) return null
  if (viewer && viewer.session !== session.id) return null
  const successor = successorOf(secret, refreshToken)
  const row = await tx.refreshToken.findUnique({ where: { hash: hashRefreshToken(successor) } })
  if (!row || row.usedAt || row.expiresAt <= now) return null
  return { ...session, refreshToken: successor, refreshTokenExpiresAt: row.expiresAt }
}

async function lockSession(tx: Tx, hash: Uint8Array): Promise<SessionRow | null> {
  const [session] = await tx.$queryRaw<SessionRow[]>`
    select id, user_id as "userId", ended_at as "endedAt" from session
    where id = (select session_id from refresh_token where hash = ${hash}) for update`
  return session ?? null
}
