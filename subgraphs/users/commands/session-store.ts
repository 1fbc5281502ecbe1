import type { Sql } from '../../../contracts/sql.ts'
import { bucketOf, type Uuid } from '../../../contracts/ids.ts'
import type { Context, Services } from '../context.ts'
import { signAccessToken } from '../tokens/access-token.ts'
import { hashRefreshToken } from '../tokens/refresh-token.ts'
import type { Signer } from '../tokens/signing-keys.ts'

/**
 * Sessions and their refresh tokens. Law: a change of a session or its tokens requires the session's row lock; several
 * sessions are locked in the order of their ids.
 */

/** A session with its next valid refresh token. */
export type OpenSession = { id: Uuid; userId: Uuid; refreshToken: string; refreshTokenExpiresAt: Date }

export type EndedSession = { id: Uuid; userId: Uuid }

/** The `Session` of the API. */
export type SessionTokens = {
  accessToken: string
  accessTokenExpiresAt: Date
  refreshToken: string
  refreshTokenExpiresAt: Date
}

/** How long revocations are exported after the last access token of a session has expired, in milliseconds. */
const REVOCATION_LEEWAY_MS = 60_000

/** Sessions that ended before this time are irrelevant: all their access tokens have expired. */
export function revocationCutoff({ clock, settings }: Pick<Services, 'clock' | 'settings'>): Date {
  return new Date(clock() - settings.accessTtlMs - REVOCATION_LEEWAY_MS)
}

export async function startSession(tx: Sql, context: Context, userId: Uuid): Promise<OpenSession> {
  const id = context.makeId(bucketOf(userId))
  const createdAt = new Date(context.clock())
  await tx('insert into session (id, user_id, created_at) values ($1, $2, $3)', id, userId, createdAt)
  return { id, userId, ...(await addRefreshToken(tx, context, id, context.makeToken())) }
}

/** The caller holds the session's lock, or has just created the session. */
export async function addRefreshToken(
  tx: Sql,
  { clock, settings }: Context,
  sessionId: Uuid,
  refreshToken: string,
) {
  const expiresAt = new Date(clock() + settings.refreshTtlMs)
  await tx(
    'insert into refresh_token (hash, session_id, expires_at) values ($1, $2, $3)',
    hashRefreshToken(refreshToken),
    sessionId,
    expiresAt,
  )
  return { refreshToken, refreshTokenExpiresAt: expiresAt }
}

/** Ends sessions of a user: all, one, or all except one. @returns the sessions that were active */
export async function endSessions(
  tx: Sql,
  { userId, now, only, except }: { userId: Uuid; now: Date; only?: Uuid; except?: Uuid | null },
): Promise<EndedSession[]> {
  return tx<EndedSession>(
    `update session set ended_at = $2 from (
       select id from session where user_id = $1 and ended_at is null
         and ($3::uuid is null or id = $3) and ($4::uuid is null or id <> $4)
       order by id for update
     ) as ending where session.id = ending.id
     returning session.id, session.user_id as "userId"`,
    userId,
    now,
    only ?? null,
    except ?? null,
  )
}

/** Deletes sessions of a user that can't be refreshed and have no valid access token. */
export async function pruneSessions(tx: Sql, context: Context, userId: Uuid): Promise<void> {
  const cutoff = revocationCutoff(context)
  await tx(
    `delete from session using (
       select id from session where user_id = $1 and (ended_at < $2 or not exists (
         select from refresh_token where session_id = session.id and expires_at > $2
       )) order by id for update
     ) as over where session.id = over.id`,
    userId,
    cutoff,
  )
}

/** Signs the access token of an active session. Load the signer before the transaction, so that signing can't fail. */
export async function presentSession(
  { settings, clock }: Context,
  signer: Signer,
  { id, userId, refreshToken, refreshTokenExpiresAt }: OpenSession,
): Promise<SessionTokens> {
  const access = await signAccessToken(signer, settings, { user: userId, session: id, now: clock() })
  return {
    accessToken: access.token,
    accessTokenExpiresAt: access.expiresAt,
    refreshToken,
    refreshTokenExpiresAt,
  }
}
