import type { Failure } from '../../../contracts/failure.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Context } from '../context.ts'
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

/** How long a used refresh token may be repeated, in milliseconds. */
const REPEAT_MS = 10_000

/**
 * Exchanges a refresh token for a new pair of tokens. A token works once, but may be repeated for a short time: two tabs,
 * or a retry after a lost response, get the same new refresh token and each a new access token. The new refresh token is
 * derived from the old one, so that it need not be stored.
 *
 * Any other use of a used token means that two parties have it. The service can't tell which one is the thief, so the
 * session ends. A repeat after the new token was used ends the session too: the response had arrived, so there is nothing
 * to retry. Tokens are not bound to a device or an address. A repeat with the access token of another session is rejected.
 */
export async function refreshSession(
  context: Context,
  input: { refreshToken: string },
): Promise<{ session: SessionTokens } | Failure> {
  const { transact, signingKeys, settings } = context
  if (settings.external) return externalIdentity(settings.issuer)
  const signer = await signingKeys.current()
  // A failure must not roll back: the session has to end.
  const open = await transact((tx) => exchange(tx, context, input.refreshToken))
  if (open) return { session: await presentSession(context, signer, open) }
  return invalidCredentials(
    ['input', 'refreshToken'],
    'The refresh token is unknown, expired, already used, or its session has ended. Sign in again.',
  )
}

async function exchange(tx: Sql, context: Context, refreshToken: string): Promise<OpenSession | null> {
  const now = new Date(context.clock())
  const hash = hashRefreshToken(refreshToken)
  const session = await lockSession(tx, hash)
  if (!session || session.endedAt) return null
  // Read after taking the lock: another use of the token either has not begun or is visible.
  const token = await readToken(tx, hash)
  if (!token || token.expiresAt <= now) return null
  if (token.usedAt) {
    const repeated = await repeat(tx, context, session, { refreshToken, usedAt: token.usedAt, now })
    if (repeated) return repeated
    const ended = await endSessions(tx, { userId: session.userId, now, only: session.id })
    await context.writeEvents(tx, sessionEvents('ended', ended))
    return null
  }
  await tx('update refresh_token set used_at = $2 where hash = $1', hash, now)
  await tx('delete from refresh_token where session_id = $1 and expires_at <= $2', session.id, now)
  const successor = successorOf(context.secret, refreshToken)
  const open = { ...session, ...(await addRefreshToken(tx, context, session.id, successor)) }
  await context.writeEvents(tx, sessionEvents('refreshed', [session]))
  return open
}

type Used = { refreshToken: string; usedAt: Date; now: Date }

/** Repeats the exchange of a used token. Null if that is not allowed. The caller holds the session's lock. */
async function repeat(
  tx: Sql,
  { secret, viewer }: Context,
  session: SessionRow,
  { refreshToken, usedAt, now }: Used,
): Promise<OpenSession | null> {
  if (now.getTime() - usedAt.getTime() > REPEAT_MS) return null
  if (viewer && viewer.session !== session.id) return null
  const successor = successorOf(secret, refreshToken)
  const row = await readToken(tx, hashRefreshToken(successor))
  if (!row || row.usedAt || row.expiresAt <= now) return null
  return { ...session, refreshToken: successor, refreshTokenExpiresAt: row.expiresAt }
}

async function lockSession(tx: Sql, hash: Uint8Array): Promise<SessionRow | null> {
  const [session] = await tx<SessionRow>(
    `select id, user_id as "userId", ended_at as "endedAt" from session
     where id = (select session_id from refresh_token where hash = $1) for update`,
    hash,
  )
  return session ?? null
}

type TokenRow = { expiresAt: Date; usedAt: Date | null }

async function readToken(tx: Sql, hash: Uint8Array): Promise<TokenRow | null> {
  const [row] = await tx<TokenRow>(
    'select expires_at as "expiresAt", used_at as "usedAt" from refresh_token where hash = $1',
    hash,
  )
  return row ?? null
}
