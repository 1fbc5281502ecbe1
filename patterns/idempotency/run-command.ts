import { fail, isFailure, type Failure } from '../../contracts/failure.ts'
import { runOnce, type Once, type TransactionSql } from './run-once.ts'
import { transact, type Transactional } from './transact.ts'

/** A transaction, as far as this pattern knows it. */
export type CommandTransaction = { sql: TransactionSql }

export type Command<Tx, Result> = Once & {
  /** Does the work. A returned failure rolls everything back, the key included. */
  run: (tx: Tx) => Promise<Result | Failure>
  /** The id under which `reload` finds the result again. */
  resultId: (result: Result) => string
  /** Answers a repeated key: reads what the first run made, as it is now. */
  reload: (tx: Tx, id: string) => Promise<Result | Failure>
  /** Hears of a repeated key, and of the transaction that the first run was: its xid. */
  replayed: (tx: Tx, xid: string) => Promise<void>
}

/** Runs a command in one transaction, at most once for each idempotency key. */
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
      `The idempotency key ${JSON.stringify(command.key)} was used before with another input. Use a fresh key.`,
    )
  })
}
