import { fail, isFailure, type Failure } from '../../contracts/failure.ts'
import { runOnce, type Once, type TransactionSql } from './run-once.ts'
import { transact, type Transactional } from './transact.ts'

/** The part of a transaction that this pattern uses. */
export type CommandTransaction = { sql: TransactionSql }

export type Command<Tx, Result> = Once & {
  /** Runs the command. A returned failure rolls back the transaction, including the key. */
  run: (tx: Tx) => Promise<Result | Failure>
  /** The id by which `reload` finds the result. */
  resultId: (result: Result) => string
  /** Called for a repeated key: reads the current state of the first run's result. */
  reload: (tx: Tx, id: string) => Promise<Result | Failure>
  /** Called on replay, with the xid of the first run. */
  replayed: (tx: Tx, xid: string) => Promise<void>
}

/** Runs a command in one transaction, at most once per idempotency key. */
export function runCommand<Tx extends CommandTransaction, Result>(
  client: Transactional<Tx>,
  command: Command<Tx, Result>,
): Promise<Result | Failure> {
  return transact(client, async (tx) => {
    const outcome = await runOnce<Result | Failure>(
      tx.sql,
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
