import type { EventRecord } from '../record.ts'
import type { Sql } from '../sql-port.ts'

export type { Transact } from '../sql-port.ts'

/** What a consumer does with events. */
export type Handler = {
  /** The newest version it understands of each type. Other events are passed over, and counted. */
  versions: Readonly<Record<string, number>>
  /**
   * Applies events in their order, in the transaction that also moves the consumer's offset. What it writes through `tx`
   * happens exactly once. It must do nothing else: another transaction may have to do it again.
   */
  apply(tx: Sql, events: readonly EventRecord[]): Promise<void>
}

/** One consumer of one log: the row it has in `consumer_offset`. */
export type ConsumerName = { consumer: string; source: string }

export function understands({ versions }: Handler, { type, version }: EventRecord): boolean {
  return Object.hasOwn(versions, type) && version <= (versions[type] ?? 0)
}
