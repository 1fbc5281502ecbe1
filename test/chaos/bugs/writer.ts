import type { Client } from 'pg'
import type { Operation } from '../checkers/history.ts'
import { change } from '../support/operation.ts'
import { connect, sqlOf } from '../support/sessions.ts'

/** A client of the owner with step-by-step transactions. It records its operations in the ledger. */
export type Writer = AsyncDisposable & {
  client: Client
  begin(): Promise<void>
  /** Assigns the transaction's id before any write. */
  takeXid(): Promise<void>
  /** Changes a key. Its row stays locked. */
  change(operation: string, key: string): Promise<void>
  /** Commits the transaction and acknowledges its operations. @returns its xid */
  commit(): Promise<string>
  /** A transaction with one change. */
  write(operation: string, key: string): Promise<string>
}

export async function openWriter(url: string, ledger: Operation[]): Promise<Writer> {
  const client = await connect(url)
  const sql = sqlOf(client)
  let [xid, open]: [string, Operation[]] = ['', []]
  const writer: Writer = {
    client,
    async begin() {
      await sql('begin')
    },
    async takeXid() {
      await sql('select pg_current_xact_id()')
    },
    async change(operation, key) {
      xid = await change(sql, operation, key)
      const entry: Operation = { id: operation, key, outcome: 'unknown' }
      open.push(entry)
      ledger.push(entry)
    },
    async commit() {
      await sql('commit')
      for (const entry of open) entry.outcome = 'ok'
      open = []
      return xid
    },
    async write(operation, key) {
      await writer.begin()
      await writer.change(operation, key)
      return writer.commit()
    },
    [Symbol.asyncDispose]: () => client.end().catch(() => {}),
  }
  return writer
}
