import { insertEvents } from '../../../patterns/change-log/writer/insert-events.ts'
import type { Sql } from '../../../contracts/sql.ts'

/** The state of an owner. Each operation is one change of one key, and the changes of each key are counted. */
export const OWNER_TABLES = `
  create table state (key text primary key, turn integer not null default 0);
  create table done (operation text primary key, key text not null, turn integer not null)`

/** The consumer's copy of `done`, in the order in which it was applied. It can contain an operation twice. */
export const COPY_TABLES = `
  create table effect (
    n bigint generated always as identity, operation text not null, key text not null, turn integer not null,
    epoch bigint, "offset" bigint
  );
  create table poison (operation text primary key);
  create table waits (operation text primary key)`

export type Payload = { operation: string; turn: number }

/**
 * Runs a command in its transaction: locks the row of the key, changes the state, writes the event.
 *
 * @returns the transaction's xid
 */
export async function change(tx: Sql, operation: string, key: string): Promise<string> {
  const [row] = await tx<{ turn: number }>(
    `insert into state (key, turn) values ($1, 1)
     on conflict (key) do update set turn = state.turn + 1 returning turn`,
    key,
  )
  const turn = row?.turn ?? 0
  await tx('insert into done (operation, key, turn) values ($1, $2, $3)', operation, key, turn)
  const payload: Payload = { operation, turn }
  const event = { key, type: 'changed', version: 1, payload, touches: [key] }
  return String(await insertEvents(tx, [event], () => null))
}
