import type { Sql } from '../../contracts/sql.ts'
import type { StoredEvent } from './event.ts'
import { upcastStream, type EventSchemas } from './schemas.ts'

/**
 * Reads whole streams, in one statement. To decide on what is read, lock the streams before.
 *
 * @returns for each of the streams its events in order of version, in the current schemas; no events if it is not there
 * @throws UnreadableEventError naming the event, if this program does not know its type or schema
 */
export async function readStreams(
  tx: Sql,
  streams: readonly string[],
  schemas: EventSchemas,
): Promise<Map<string, StoredEvent[]>> {
  const stored = await readStored(tx, streams)
  return new Map([...stored].map(([stream, events]) => [stream, upcastStream(events, schemas)]))
}

/** Like `readStreams`, but the events are as they are stored. */
export async function readStored(tx: Sql, streams: readonly string[]): Promise<Map<string, StoredEvent[]>> {
  const found = new Map<string, StoredEvent[]>()
  for (const stream of streams) found.set(stream, [])
  if (streams.length === 0) return found
  return group(await tx<StoredEvent>(`${SELECT} where stream = any($1::text[]) ${ORDER}`, streams), found)
}

/** The events, as they are stored, of all streams after `after`, up to `upTo`. */
export async function readRange(
  tx: Sql,
  { after, upTo }: { after: string; upTo: string },
): Promise<Map<string, StoredEvent[]>> {
  return group(
    await tx<StoredEvent>(`${SELECT} where stream > $1 and stream <= $2 ${ORDER}`, after, upTo),
    new Map<string, StoredEvent[]>(),
  )
}

function group(
  events: readonly StoredEvent[],
  found: Map<string, StoredEvent[]>,
): Map<string, StoredEvent[]> {
  for (const event of events) {
    const same = found.get(event.stream)
    if (same) same.push(event)
    else found.set(event.stream, [event])
  }
  return found
}

const SELECT = `
  select stream, version, type, schema, data, meta, recorded_at as "recordedAt", xid::text as xid
  from stream_event`
const ORDER = 'order by stream, version'
