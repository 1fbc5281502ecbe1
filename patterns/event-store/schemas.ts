import type { StoredEvent } from './event.ts'

/**
 * The types of events of one kind of streams. Events are never changed, so a new schema of a type needs a function that
 * makes it from the schema before: `upcast[1]` makes schema 2 from schema 1. All steps are kept for ever.
 */
export type EventSchemas = Readonly<
  Record<string, { /** Current schema, from 1. */ schema: number; upcast?: Readonly<Record<number, Upcast>> }>
>

/** Makes the data of the next schema. */
type Upcast = (data: unknown) => unknown

/** A stored event that this program cannot read: its type, its schema or its version is not known. */
export class UnreadableEventError extends Error {
  override name = 'UnreadableEventError'
}

/** @throws Error if there is no such type: a bug of the caller */
export function currentSchema(schemas: EventSchemas, type: string): number {
  const known = typeOf(schemas, type)
  if (known) return known.schema
  throw new Error(
    `Event type ${JSON.stringify(type)} has no schema. Known types: ${Object.keys(schemas).join(', ')}.`,
  )
}

/** Converts an event to the current schema of its type, step by step. @throws UnreadableEventError */
export function upcast(event: StoredEvent, schemas: EventSchemas): StoredEvent {
  const known = typeOf(schemas, event.type)
  if (!known) throw unreadable(event, 'its type is not known')
  if (event.schema === known.schema) return event
  if (event.schema > known.schema)
    throw unreadable(event, `its schema is ${event.schema}, and this program knows ${known.schema} at most`)
  let { data } = event
  for (let schema = event.schema; schema < known.schema; schema++) {
    const step = known.upcast?.[schema]
    if (!step) throw unreadable(event, `there is no upcast from schema ${schema} to ${schema + 1}`)
    data = step(data)
  }
  return { ...event, schema: known.schema, data }
}

/** The events of one stream, in their current schemas. @throws UnreadableEventError also if a version is missing */
export function upcastStream(events: readonly StoredEvent[], schemas: EventSchemas): StoredEvent[] {
  return events.map((event, i) => {
    if (event.version !== i + 1) throw unreadable(event, `version ${i + 1} is missing before it`)
    return upcast(event, schemas)
  })
}

function typeOf(schemas: EventSchemas, type: string): EventSchemas[string] | undefined {
  return Object.hasOwn(schemas, type) ? schemas[type] : undefined
}

function unreadable({ stream, version, type }: StoredEvent, reason: string): UnreadableEventError {
  return new UnreadableEventError(
    `Event ${version} of stream ${JSON.stringify(stream)} (${type}) cannot be read: ${reason}.`,
  )
}
