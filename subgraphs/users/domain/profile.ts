import { fail, staleVersion, type Failure } from '../../../contracts/failure.ts'
import { textFault } from '../../../contracts/input.ts'
import type { User } from './user.ts'

/** What a command wants of a profile; a field left out stays as it is. */
export type Wanted = Partial<Pick<User, 'handle' | 'name' | 'bio'>>
/** The fields to write. Empty: everything is as wanted, and no new version comes of it. */
export type ProfileChange = Wanted

export function nameFault(name: string): string | null {
  return textFault(name, 1, 100)
}

export function bioFault(bio: string): string | null {
  return textFault(bio, 0, 500)
}

/**
 * What has to change so that the profile is as wanted.
 *
 * @param user the profile as it is now; null when the viewer has none
 * @param expectedVersion the version the wish was made on; null: any
 */
export function decideChange(
  user: User | null,
  wanted: Wanted,
  expectedVersion: number | null,
): ProfileChange | Failure {
  if (user === null) return noProfile()
  if (expectedVersion !== null && expectedVersion !== user.version) {
    return staleVersion(expectedVersion, user.version)
  }
  const change: ProfileChange = {}
  if (wanted.handle !== undefined && wanted.handle !== user.handle) change.handle = wanted.handle
  if (wanted.name !== undefined && wanted.name !== user.name) change.name = wanted.name
  if (wanted.bio !== undefined && wanted.bio !== user.bio) change.bio = wanted.bio
  return change
}

/** Somebody whom an external identity provider signed in, before their first `createProfile`. */
function noProfile(): Failure {
  return fail(
    'NOT_FOUND',
    [],
    'You have no profile yet. Create it by the mutation createProfile, then repeat.',
  )
}

export function handleTaken(handle: string): Failure {
  return fail(
    'HANDLE_TAKEN',
    ['input', 'handle'],
    `The handle ${JSON.stringify(handle)} is taken. Choose another.`,
  )
}
