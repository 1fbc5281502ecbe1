import { fail, staleVersion, type Failure } from '../../../contracts/failure.ts'
import { textFault } from '../../../contracts/input.ts'
import type { User } from './user.ts'

/** The requested profile. Omitted fields do not change. */
export type Wanted = Partial<Pick<User, 'handle' | 'name' | 'bio' | 'approvesFollowers'>>
/** The fields to write. Empty if nothing changes; then the version stays the same. */
export type ProfileChange = Wanted

export function nameFault(name: string): string | null {
  return textFault(name, 1, 100)
}

export function bioFault(bio: string): string | null {
  return textFault(bio, 0, 500)
}

/**
 * The fields that differ from the requested profile.
 *
 * @param user the current profile; null if the viewer has none
 * @param expectedVersion the version that the request is based on; null: any
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
  const { approvesFollowers } = wanted
  if (approvesFollowers !== undefined && approvesFollowers !== user.approvesFollowers) {
    change.approvesFollowers = approvesFollowers
  }
  return change
}

/** A user who is signed in through an external identity provider and has not called `createProfile` yet. */
export function noProfile(): Failure {
  return fail(
    'NOT_FOUND',
    [],
    'You have no profile yet. Create one with the mutation createProfile, then try again.',
  )
}

export function handleTaken(handle: string): Failure {
  return fail(
    'HANDLE_TAKEN',
    ['input', 'handle'],
    `The handle ${JSON.stringify(handle)} is taken. Choose another.`,
  )
}
