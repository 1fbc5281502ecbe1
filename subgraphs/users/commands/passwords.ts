import { apiError } from '../../../platform/graphql/errors.ts'
import { hashPassword, verifyPassword } from '../../../platform/password.ts'
import { concurrencyLimit } from '../../../platform/concurrency-limit.ts'

/** Both throw GraphQLError with code OVERLOADED, at once, while too many passwords wait. */
export type Passwords = {
  hash(password: string): Promise<string>
  /** Whether the password is right. Without a hash it is wrong, and finding that out takes just as long. */
  verify(password: string, hash: string | null): Promise<boolean>
}

/**
 * Hashes and verifies passwords, `atOnce` at once; others wait their turn, at most `waiting` of them. Each takes tens
 * of milliseconds of a core and 32 MB, so without the one a burst of sign-ins would starve everything else in the
 * process, and without the other every sign-in would be computed after whoever asked has left.
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

/** Says nothing of the password: it was not looked at. */
function overloaded(): Error {
  return apiError('OVERLOADED', 'Too many sign-ins and sign-ups wait already. Try again in a few seconds.')
}
