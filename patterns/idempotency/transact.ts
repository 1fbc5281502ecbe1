import { isFailure, type Failure } from '../../contracts/failure.ts'

/** The part of a Prisma client that `transact` uses. */
export type Transactional<Tx> = {
  $transaction<Result>(run: (tx: Tx) => Promise<Result>): Promise<Result>
}

/** Runs a command in one transaction. A returned failure rolls everything back, and is returned. */
export async function transact<Tx, Result>(
  client: Transactional<Tx>,
  run: (tx: Tx) => Promise<Result | Failure>,
): Promise<Result | Failure> {
  try {
    return await client.$transaction(async (tx) => {
      const result = await run(tx)
      if (isFailure(result)) throw new Rollback(result)
      return result
    })
  } catch (error) {
    if (error instanceof Rollback) return error.outcome
    throw error
  }
}

class Rollback extends Error {
  readonly outcome: Failure
  constructor(outcome: Failure) {
    super(outcome.message)
    this.outcome = outcome
  }
}
