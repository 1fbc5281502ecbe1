import { hashPassword, verifyPassword } from '../../../platform/password.ts'

export type Passwords = {
  hash(password: string): Promise<string>
  /** Whether the password is right. Without a hash it is wrong, and finding that out takes just as long. */
  verify(password: string, hash: string | null): Promise<boolean>
}

/**
 * Hashes and verifies passwords, `limit` at once; others wait their turn. Each takes tens of milliseconds of a core
 * and 32 MB, so without a limit a burst of sign-ins would starve everything else in the process.
 */
export function createPasswords(limit: number): Passwords {
  const enter = createTurnstile(limit)
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

/** Runs at most `limit` jobs at once, in the order they came. */
export function createTurnstile(limit: number) {
  const waiting: (() => void)[] = []
  let running = 0
  return async <Result>(job: () => Promise<Result>): Promise<Result> => {
    if (running < limit) running++
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await job()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
