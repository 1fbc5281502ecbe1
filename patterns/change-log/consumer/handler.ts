import type { EventRecord } from '../record.ts'
import type { Sql } from '../../../contracts/sql.ts'

/** How a consumer applies events. */
export type Handler = {
  /** The newest version of each type that the handler supports. Other events are passed over, and counted. */
  versions: Readonly<Record<string, number>>
  /**
   * Applies events in order, in the transaction that also moves the consumer's offset. Its writes through `tx` take effect
   * exactly once. It must have no other effects, because the events may be applied again in another transaction.
   *
   * @throws NotYet if an event must wait for another log. Any other error parks the key of its event, unless it is
   *   transient
   */
  apply(tx: Sql, events: readonly EventRecord[]): Promise<void>
}

/**
 * Thrown by a handler if an event cannot be applied before another log of this consumer has moved. The batch ends before
 * the event. The events before it are committed, nothing is parked, and the order of all keys is kept. The event is retried
 * whenever another log has moved.
 */
export class NotYet extends Error {
  override name = 'NotYet'
  readonly event: EventRecord

  /** @param reason what the event waits for, for operators */
  constructor(event: EventRecord, reason: string) {
    super(reason)
    this.event = event
  }
}

/** One consumer of one log. It has one row in `consumer_offset`. */
export type ConsumerName = { consumer: string; source: string }

export function understands({ versions }: Handler, { type, version }: EventRecord): boolean {
  return Object.hasOwn(versions, type) && version <= (versions[type] ?? 0)
}

/**
 * Applies events that waited behind their keys. They may have been stored by another release of the service. An event that
 * this release does not support must stay: it was kept for a release that does.
 */
export async function applyStored(tx: Sql, events: readonly EventRecord[], handler: Handler): Promise<void> {
  const unknown = events.find((event) => !understands(handler, event))
  if (unknown) throw new Error(`${unknown.type} version ${unknown.version} is not supported by this release`)
  await handler.apply(tx, events)
}
