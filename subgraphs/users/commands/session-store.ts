import { bucketOf, type Uuid } from '../../../contracts/ids.ts'
import { Prisma } from '../../../prisma/users/generated/client.ts'
import type { Context, Services, Tx } from '../context.ts'
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

export async function startSession(tx: Tx, context: Context, userId: Uuid): Promise<OpenSession> {
  const id = context.makeId(bucketOf(userId))
  await tx.session.create({ data: { id, userId, createdAt: new Date(context.clock()) } })
  return { id, userId, ...(await addRefreshToken(tx, context, id, context.makeToken())) }
}

/** The caller holds the session's lock, or has just created the session. */
export async function addRefreshToken(
  tx: Tx,
  { clock, settings }: Context,
  sessionId: Uuid,
  refreshToken: string,
) {
  const expiresAt = new Date(clock() + settings.refreshTtlMs)
  await tx.refreshToken.create({ data: { hash: hashRefreshToken(refreshToken), sessionId, expiresAt } })
  return { refreshToken, refreshTokenExpiresAt: expiresAt }
}

/** Ends sessions of a user: all, one, or all except one. @returns the sessions that were active */
export async function endSessions(
  tx: Tx,
  { userId, now, only, except }: { userId: Uuid; now: Date; only?: Uuid; except?: Uuid | null },
): Promise<EndedSession[]> {
  return tx.$queryRaw<EndedSession[]>`
    update session set ended_at = ${now} from (
      select id from session where user_id = ${userId}::uuid and ended_at is null
        ${only ? Prisma.sql`and id = ${only}::uuid` : Prisma.empty}
        ${except ? Prisma.sql`and id <> ${except}::uuid` : Prisma.empty}
      order by id for update
    ) as ending where session.id = ending.id
    returning session.id, session.user_id as "userId"`
}

/** Deletes sessions of a user that can't be refreshed and have no valid access token. */
export async function pruneSessions(tx: Tx, context: Context, userId: Uuid): Promise<void> {
  const cutoff = revocationCutoff(context)
  await tx.$executeRaw`
    delete from session using (
      select id from session where user_id = ${userId}::uuid and (ended_at < ${cutoff} or not exists (
        select from refresh_token where session_id = session.id and expires_at > ${cutoff}
      )) order by id for update
    ) as over where session.id = over.id`
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
