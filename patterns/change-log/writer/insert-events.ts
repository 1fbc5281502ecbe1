import { MAX_TOUCHES, requireValid, type CheckPayload, type NewEvent } from './event.ts'
import type { Sql } from '../../../contracts/sql.ts'

/** Number of rows in one statement. Postgres allows at most 65,535 parameters. */
const BATCH = 1_000

/**
 * Writes events into the outbox, in the transaction that changes the state. Call it after that transaction has taken the
 * row locks of the aggregates that it changes. Then the `seq` of the events follows the order of the locks.
 *
 * @returns the xid of the transaction; null if there were no events
 * @throws InvalidEventError naming the event and the invalid field. Nothing is written then
 */
export async function insertEvents(
  tx: Sql,
  events: readonly NewEvent[],
  check: CheckPayload,
): Promise<string | null> {
  return (await writeToOutbox(tx, events, check))?.xid ?? null
}

/** A transaction that wrote, for a consistency token: its xid, and as `floor` the `xmin` of a snapshot that it had. */
export type WritingXid = { xid: string; floor: string }

/** The same as `insertEvents`. @returns the values for a token; null if there were no events */
export async function writeToOutbox(
  tx: Sql,
  events: readonly NewEvent[],
  check: CheckPayload,
): Promise<WritingXid | null> {
  for (const event of events) requireValid(event, check)
  let written: WritingXid | null = null
  for (let from = 0; from < events.length; from += BATCH) {
    const end = Math.min(from + BATCH, events.length)
    const values: unknown[] = []
    for (const event of events.slice(from, end)) values.push(...columns(event))
    const [row] = await tx<WritingXid>(insertText(end - from), ...values)
    written = row ?? null
  }
  return written
}

/** Statement texts by number of rows. Each is built only once, because drivers look statements up by their text. */
const texts = new Map<number, string>()

function insertText(rows: number): string {
  const known = texts.get(rows)
  if (known !== undefined) return known
  const values = Array.from({ length: rows }, (_, row) => {
    const at = (column: number) => `$${row * 6 + column}`
    return `(${at(1)}, ${at(2)}, ${at(3)}::integer, ${at(4)}::json, ${at(5)}::text[], ${at(6)}::json)`
  })
  const text = `insert into outbox (key, type, version, payload, touches, headers) values ${values.join()}
    returning xid::text as xid, pg_snapshot_xmin(pg_current_snapshot())::text as floor`
  texts.set(rows, text)
  return text
}

function columns({ key, type, version, payload, touches, headers = {} }: NewEvent): unknown[] {
  const facets = touches === null ? null : [...new Set(touches)]
  const whole = facets === null || facets.length > MAX_TOUCHES
  return [key, type, version, JSON.stringify(payload), whole ? null : facets, JSON.stringify(headers)]
}
