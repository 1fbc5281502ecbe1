/**
 * Runs SQL with `$1`, `$2`, … on a connection, or in the transaction that it was made for. Texts must be constants: each is
 * prepared once for each connection. Errors carry `code`, the SQLSTATE.
 */
export type Sql = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

/** Runs something in one transaction, `read committed`. It rolls back when `run` rejects. */
export type Transact = <Result>(run: (tx: Sql) => Promise<Result>) => Promise<Result>
