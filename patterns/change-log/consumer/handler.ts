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
   *
   * @throws NotYet when an event must wait for another log; for any other error its key is parked
   */
  apply(tx: Sql, events: readonly EventRecord[]): Promise<void>
}

/**
 * A handler throws this when an event cannot be applied before another log of this consumer has been applied further. The
 * batch ends before the event: what precedes it is committed, nothing is parked, and the order of all keys holds. The
 * event is tried again whenever another log has been applied further.
 */
export class NotYet extends Error {
  override name = 'NotYet'
  readonly event: EventRecord

  /** @param reason what it waits for, for an operator to read */
  constructor(event: EventRecord, reason: string) {
    super(reason)
    this.event = event
  }
}

/** One consumer of one log: the row it has in `consumer_offset`. */
export type ConsumerName = { consumer: string; source: string }

export function understands({ versions }: Handler, { type, version }: EventRecord): boolean {
  return Object.hasOwn(versions, type) && version <= (versions[type] ?? 0)
}
