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
  for (const event of await tx<StoredEvent>(READ, streams)) found.get(event.stream)?.push(event)
  return found
}

const READ = `
  select stream, version, type, schema, data, meta, recorded_at as "recordedAt", xid::text as xid
  from stream_event where stream = any($1::text[]) order by stream, version`
