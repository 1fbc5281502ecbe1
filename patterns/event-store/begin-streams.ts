import type { Sql } from '../../contracts/sql.ts'
import type { NewEvent } from './event.ts'
import { columnsOf } from './columns.ts'
import type { EventSchemas } from './schemas.ts'

/** The first events of a stream, and when they happened. */
export type Beginning = { stream: string; at: Date; events: readonly NewEvent[] }

const BEGIN = `
  insert into stream_event (stream, version, type, schema, data, meta, recorded_at)
  select e.stream, e.version, e.type, e.schema, e.data::jsonb, e.meta::jsonb, e.recorded_at
  from unnest($1::text[], $2::integer[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::timestamptz[])
    as e (stream, version, type, schema, data, meta, recorded_at)`

/**
 * Writes the first events of streams, for what happened before the event store was there. Unlike with `append`, each stream
 * has its own time, and it is in the past. One statement for all of them.
 *
 * @param beginnings of streams that have no events, and are locked. Otherwise the statement fails
 */
export async function beginStreams(
  tx: Sql,
  beginnings: readonly Beginning[],
  schemas: EventSchemas,
): Promise<void> {
  const rows = beginnings.flatMap(({ stream, at, events }) =>
    events.map((event, i) => ({ ...event, stream, at, version: i + 1 })),
  )
  if (rows.length === 0) return
  await tx(
    BEGIN,
    ...columnsOf(rows, schemas),
    rows.map(({ at }) => at),
  )
}
