import { isFailure, type Failure } from '../../contracts/failure.ts'
import type { Sql, Transact } from '../../contracts/sql.ts'

/** Runs a command in one transaction. A returned failure rolls everything back, and is returned. */
export async function commitUnlessFailed<Result>(
  transact: Transact,
  run: (tx: Sql) => Promise<Result | Failure>,
): Promise<Result | Failure> {
  try {
    return await transact(async (tx) => {
      const result = await run(tx)
      if (isFailure(result)) throw new Rollback(result)
      return result
    })
  } catch (error) {
    if (error instanceof Rollback) return error.outcome
    throw error
  }
}

/**
 * Runs a command inside a transaction that is already open, such as the transaction of a consumer's handler. A failure
 * rolls back only the command. Commands that share a transaction must not run at the same time.
 */
export function transactInside(tx: Sql): Transact {
  return async (run) => {
    await tx('savepoint command')
    try {
      const result = await run(tx)
      await tx('release savepoint command')
      return result
    } catch (error) {
      await tx('rollback to savepoint command')
      throw error
    }
  }
}

class Rollback extends Error {
  readonly outcome: Failure
  constructor(outcome: Failure) {
    super(outcome.message)
    this.outcome = outcome
  }
}
