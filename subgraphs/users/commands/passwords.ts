import { apiError } from '../../../platform/graphql/errors.ts'
import { hashPassword, verifyPassword } from '../../../platform/password.ts'
import { concurrencyLimit } from '../../../platform/concurrency-limit.ts'

/** Both throw a GraphQLError with code OVERLOADED immediately while too many passwords are queued. */
export type Passwords = {
  hash(password: string): Promise<string>
  /** Whether the password is right. Without a hash it is wrong, and verifying takes as long. */
  verify(password: string, hash: string | null): Promise<boolean>
}

/**
 * Hashes and verifies passwords: `atOnce` at a time, with at most `waiting` in the queue. Each takes tens of milliseconds
 * of CPU and 32 MB. Without the first limit, a burst of sign-ins would starve the rest of the process. Without the second,
 * sign-ins would be computed after their clients have left.
 */
export function createPasswords({ atOnce, waiting }: { atOnce: number; waiting: number }): Passwords {
  const enter = concurrencyLimit({ atOnce, waiting, refuse: overloaded })
  const ofNobody = hashPassword('the password of nobody')
  return {
    hash: (password) => enter(() => hashPassword(password)),
    verify: async (password, hash) => {
      const against = hash ?? (await ofNobody)
      const right = await enter(() => verifyPassword(password, against))
      return right && hash !== null
    },
  }
}

/** The password was not verified, so the error does not depend on it. */
function overloaded(): Error {
  return apiError('OVERLOADED', 'Too many sign-ins and sign-ups are waiting. Try again in a few seconds.')
}
