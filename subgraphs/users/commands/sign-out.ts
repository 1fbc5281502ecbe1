import { unauthenticated, type Failure } from '../../../contracts/failure.ts'
import type { Context } from '../context.ts'
import { externalIdentity } from '../domain/identity.ts'
import { endSessions } from './session-store.ts'

export type SignOutInput = { everywhere?: boolean | null }

/** Ends the viewer's session, or all of them. What has already ended is not counted. */
export async function signOut(
  { prisma, viewer, settings, clock }: Context,
  { everywhere }: SignOutInput,
): Promise<{ endedSessions: number } | Failure> {
  if (settings.external) return externalIdentity(settings.issuer)
  if (!viewer) return unauthenticated()
  const which = { userId: viewer.id, now: new Date(clock()) }
  if (everywhere) return { endedSessions: await endSessions(prisma, which) }
  if (viewer.session === null) return { endedSessions: 0 }
  return { endedSessions: await endSessions(prisma, { ...which, only: viewer.session }) }
}
