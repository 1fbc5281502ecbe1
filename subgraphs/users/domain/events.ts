import { event, type DomainEvent } from '../../../contracts/events.ts'
import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import type { ProfileChange } from './profile.ts'
import type { User } from './user.ts'

type Session = { id: Uuid; userId: Uuid }

export function userCreated({ id, handle, name, bio, version, createdAt }: User): DomainEvent {
  const userId = formatId('user', id)
  const payload = { userId, handle, name, bio, version, createdAt: createdAt.toISOString() }
  return event('user.created', payload, [facets.user(userId), facets.handle(handle)])
}

/**
 * The events of a profile change. Empty if nothing changed.
 *
 * @param before the profile before the change
 * @param after the profile after the change, with its new version
 */
export function profileEvents(before: User, change: ProfileChange, after: User): DomainEvent[] {
  const userId = formatId('user', after.id)
  const { handle, name, bio, approvesFollowers, version } = after
  const events: DomainEvent[] = []
  if (change.handle !== undefined) {
    const previousHandle = before.handle
    const touches = [facets.user(userId), facets.handle(previousHandle), facets.handle(handle)]
    events.push(event('user.renamed', { userId, handle, previousHandle, version }, touches))
  }
  if ([change.name, change.bio, change.approvesFollowers].some((field) => field !== undefined)) {
    events.push(
      event('user.updated', { userId, name, bio, approvesFollowers, version }, [facets.user(userId)]),
    )
  }
  return events
}

/* No cached response shows these. */

export function passwordChanged(user: Uuid): DomainEvent {
  return event('password.changed', { userId: formatId('user', user) }, [])
}

export function sessionEvents(
  what: 'started' | 'refreshed' | 'ended',
  sessions: readonly Session[],
): DomainEvent[] {
  return sessions.map(({ id, userId }) =>
    event(`session.${what}`, { sessionId: id, userId: formatId('user', userId) }, []),
  )
}
