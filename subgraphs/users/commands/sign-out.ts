import { unauthenticated, type Failure } from '../../../contracts/failure.ts'
import type { Context } from '../context.ts'
import { sessionEvents } from '../domain/events.ts'
import { externalIdentity } from '../domain/identity.ts'
import { endSessions } from './session-store.ts'

export type SignOutInput = { everywhere?: boolean | null }

/** Ends the viewer's session, or all of them. Sessions that have already ended are not counted. */
export async function signOut(
  { transact, viewer, settings, clock, writeEvents }: Context,
  { everywhere }: SignOutInput,
): Promise<{ endedSessions: number } | Failure> {
  if (settings.external) return externalIdentity(settings.issuer)
  if (!viewer) return unauthenticated()
  const which = { userId: viewer.id, now: new Date(clock()) }
  const only = viewer.session
  if (only === null && !everywhere) return { endedSessions: 0 }
  const ended = await transact(async (tx) => {
    const sessions = await endSessions(tx, everywhere || only === null ? which : { ...which, only })
    await writeEvents(tx, sessionEvents('ended', sessions))
    return sessions
  })
  return { endedSessions: ended.length }
}
