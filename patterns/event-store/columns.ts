import type { NewEvent } from './event.ts'
import { currentSchema, type EventSchemas } from './schemas.ts'

/**
 * The columns of new rows of `stream_event` as arrays: stream, version, type, schema, data and meta.
 *
 * @throws Error if an event has an unknown type
 */
export function columnsOf(
  rows: readonly (NewEvent & { stream: string; version: number })[],
  schemas: EventSchemas,
): unknown[][] {
  return [
    rows.map(({ stream }) => stream),
    rows.map(({ version }) => version),
    rows.map(({ type }) => type),
    rows.map(({ type }) => currentSchema(schemas, type)),
    rows.map(({ data }) => JSON.stringify(data)),
    rows.map(({ meta = {} }) => JSON.stringify(meta)),
  ]
}
