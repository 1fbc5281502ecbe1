import { fail, unauthenticated, type Failure } from '../../../contracts/failure.ts'
import { InputChecker, quote } from '../../../contracts/input.ts'
import type { Context } from '../context.ts'
import { sessionEvents } from '../domain/events.ts'
import { externalIdentity } from '../domain/identity.ts'
import { endSessions } from './session-store.ts'

export type EndSessionInput = { sessionId: string }

/** Ends one session of the viewer. If it has already ended, nothing changes. Another user's session is not found. */
export async function endSession(
  { transactions, viewer, settings, clock, writeEvents }: Context,
  { sessionId }: EndSessionInput,
): Promise<{ sessionId: string } | Failure> {
  if (settings.external) return externalIdentity(settings.issuer)
  if (!viewer) return unauthenticated()
  const checker = new InputChecker()
  const only = checker.id('session', 'sessionId', sessionId)
  const faults = checker.failure()
  if (faults) return faults
  const found = await transactions.$transaction(async (tx) => {
    const ended = await endSessions(tx, { userId: viewer.id, now: new Date(clock()), only })
    const known = ended.length > 0 || (await tx.session.count({ where: { id: only, userId: viewer.id } })) > 0
    if (known) await writeEvents(tx, sessionEvents('ended', ended))
    return known
  })
  if (found) return { sessionId }
  const message = `The viewer has no session ${quote(sessionId)}. It may have ended. Read \`viewer { sessions }\` again.`
  return fail('NOT_FOUND', ['input', 'sessionId'], message)
}
