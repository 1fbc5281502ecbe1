import { fail, isFailure, type Failure } from '../../contracts/failure.ts'
import type { Sql, Transact } from '../../contracts/sql.ts'
import { runOnce, type Once } from './run-once.ts'
import { commitUnlessFailed } from './transact.ts'

export type Command<Result> = Once & {
  /** Runs the command. A returned failure rolls back the transaction, including the key. */
  run: (tx: Sql) => Promise<Result | Failure>
  /** The id by which `reload` finds the result. */
  resultId: (result: Result) => string
  /** Called for a repeated key: reads the current state of the first run's result. */
  reload: (tx: Sql, id: string) => Promise<Result | Failure>
  /** Called on replay, with the xid of the first run. */
  replayed: (tx: Sql, xid: string) => Promise<void>
}

/** Runs a command in one transaction, at most once per idempotency key. */
export function runCommand<Result>(transact: Transact, command: Command<Result>): Promise<Result | Failure> {
  return commitUnlessFailed(transact, async (tx) => {
    const outcome = await runOnce<Result | Failure>(
      tx,
      command,
      () => command.run(tx),
      (result) => (isFailure(result) ? '' : command.resultId(result)),
    )
    if (outcome.kind === 'ran') return outcome.result
    if (outcome.kind === 'replayed') {
      await command.replayed(tx, outcome.xid)
      return command.reload(tx, outcome.resultId)
    }
    return fail(
      'IDEMPOTENCY_CONFLICT',
      ['input', 'idempotencyKey'],
      `The idempotency key ${JSON.stringify(command.key)} was already used with a different input. Use a new key.`,
    )
  })
}
