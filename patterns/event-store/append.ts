import type { Sql } from '../../contracts/sql.ts'
import type { NewEvent } from './event.ts'
import { lockStreams } from './lock-streams.ts'
import { columnsOf } from './columns.ts'
import type { EventSchemas } from './schemas.ts'

export type Append = {
  stream: string
  /** Number of events that the stream must have; 0 if it must not exist. */
  expectedVersion: number
  events: readonly NewEvent[]
}

export type AppendOptions = {
  schemas: EventSchemas
  /** Milliseconds since 1970. It is read after the locks are taken. */
  clock: () => number
}

/** The time and the transaction of the events; or the first stream, by name, that has another version, and nothing is written. */
export type Appended =
  | { kind: 'appended'; recordedAt: Date; xid: string }
  | { kind: 'wrong version'; stream: string; expected: number; actual: number }

/**
 * Appends events to streams: to all of them, or to none. Locks the streams first, so a wrong version is a value, and the
 * transaction can go on. The transaction must be `read committed`.
 *
 * All events get one `recorded_at`: the time of the clock, or 1 ms after the last event of the streams if that is later.
 */
export async function append(
  tx: Sql,
  appends: readonly Append[],
  { schemas, clock }: AppendOptions,
): Promise<Appended> {
  const streams = appends.map(({ stream }) => stream)
  requireValid(appends, streams)
  const rows = appends.flatMap(({ stream, expectedVersion, events }) =>
    events.map((event, i) => ({ ...event, stream, version: expectedVersion + i + 1 })),
  )
  const values = columnsOf(rows, schemas)
  await lockStreams(tx, streams)
  const expected = appends.map(({ expectedVersion }) => expectedVersion)
  const [row] = await tx<Outcome>(APPEND, streams, expected, new Date(clock()), ...values)
  if (!row) throw new Error('a query without FROM returned no row')
  const { recordedAt, xid } = row
  if (recordedAt !== null) return { kind: 'appended', recordedAt, xid }
  return { kind: 'wrong version', stream: row.stream, expected: row.expected, actual: row.actual }
}

function requireValid(appends: readonly Append[], streams: readonly string[]): void {
  if (appends.length === 0) throw new Error('append needs at least one stream.')
  if (new Set(streams).size < streams.length)
    throw new Error(`append was given the same stream twice: ${streams.join(', ')}.`)
  for (const { stream, expectedVersion, events } of appends) {
    if (stream === '') throw new Error('append: a stream needs a name.')
    if (!Number.isInteger(expectedVersion) || expectedVersion < 0)
      throw new Error(`append to ${stream}: expected a version from 0, got ${expectedVersion}.`)
    const empty = events.find(({ data }) => JSON.stringify(data) === undefined)
    if (empty) throw new Error(`append to ${stream}: the data of ${empty.type} is not JSON.`)
  }
}

/** Either `recordedAt` is null, or `stream`, `expected` and `actual` are. */
type Outcome = { stream: string; expected: number; actual: number; recordedAt: Date | null; xid: string }

const APPEND = `
  with wanted as materialized (
    select w.stream, w.expected, coalesce(last.version, 0) as actual, last.recorded_at
    from unnest($1::text[], $2::integer[]) as w (stream, expected)
    left join lateral (
      select version, recorded_at from stream_event e where e.stream = w.stream order by version desc limit 1
    ) as last on true
  ), wrong as (
    select stream, expected, actual from wanted where expected <> actual order by stream collate "C" limit 1
  ), moment as (
    select greatest($3::timestamptz, max(recorded_at) + interval '1 millisecond') as recorded_at
    from wanted having not exists (select from wrong)
  ), written as (
    insert into stream_event (stream, version, type, schema, data, meta, recorded_at)
    select e.stream, e.version, e.type, e.schema, e.data::jsonb, e.meta::jsonb, moment.recorded_at
    from moment, unnest($4::text[], $5::integer[], $6::text[], $7::integer[], $8::text[], $9::text[])
      as e (stream, version, type, schema, data, meta)
  )
  select wrong.*, moment.recorded_at as "recordedAt", pg_current_xact_id()::text as xid
  from (select) as one left join wrong on true left join moment on true`
