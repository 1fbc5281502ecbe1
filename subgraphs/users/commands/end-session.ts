import type { Sql } from '../../../contracts/sql.ts'
import { fail, unauthenticated, type Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { InputChecker, quote } from '../../../contracts/input.ts'
import type { Context } from '../context.ts'
import { sessionEvents } from '../domain/events.ts'
import { externalIdentity } from '../domain/identity.ts'
import { endSessions } from './session-store.ts'

export type EndSessionInput = { sessionId: string }

/** Ends one session of the viewer. If it has already ended, nothing changes. Another user's session is not found. */
export async function endSession(
  { transact, viewer, settings, clock, writeEvents }: Context,
  { sessionId }: EndSessionInput,
): Promise<{ sessionId: string } | Failure> {
  if (settings.external) return externalIdentity(settings.issuer)
  if (!viewer) return unauthenticated()
  const checker = new InputChecker()
  const only = checker.id('session', 'sessionId', sessionId)
  const faults = checker.failure()
  if (faults) return faults
  const found = await transact(async (tx) => {
    const ended = await endSessions(tx, { userId: viewer.id, now: new Date(clock()), only })
    const known = ended.length > 0 || (await hasSession(tx, viewer.id, only))
    if (known) await writeEvents(tx, sessionEvents('ended', ended))
    return known
  })
  if (found) return { sessionId }
  const message = `The viewer has no session ${quote(sessionId)}. It may have ended. Read \`viewer { sessions }\` again.`
  return fail('NOT_FOUND', ['input', 'sessionId'], message)
}

async function hasSession(tx: Sql, user: Uuid, session: Uuid): Promise<boolean> {
  const rows = await tx<object>('select 1 from session where id = $1 and user_id = $2', session, user)
  return rows.length > 0
}
