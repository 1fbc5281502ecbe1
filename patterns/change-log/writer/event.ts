/** An event as a command writes it. */
export type NewEvent = {
  /** The aggregate it happened to. Events of one key are applied in the order in which they happened. */
  key: string
  /** For example `user.renamed`. */
  type: string
  /** Of the payload's schema, from 1. */
  version: number
  payload: unknown
  /** The facets it changed; null: the whole database. More than 256 are taken as the whole database. */
  touches: readonly string[] | null
  /** Travels along and is never interpreted; `traceparent` of W3C Trace Context links the trace. */
  headers?: Readonly<Record<string, string>>
}

/** Checks a payload against the schema of its type. Null, or what is wrong: `payload.handle: expected a string`. */
export type CheckPayload = (event: Pick<NewEvent, 'type' | 'version' | 'payload'>) => string | null

/** From here on, a list of facets costs more than dropping everything. */
export const MAX_TOUCHES = 256

/** An event that must not be written. It is a bug of the command, and rolls the command back. */
export class InvalidEventError extends Error {
  override name = 'InvalidEventError'
}

/** @throws InvalidEventError naming the event and the field at fault */
export function requireValid(event: NewEvent, check: CheckPayload): void {
  const fault = faultOf(event) ?? check(event)
  if (fault === null) return
  throw new InvalidEventError(
    `Event ${JSON.stringify(event.type)} version ${event.version} is refused: ${fault}`,
  )
}

function faultOf({ key, type, version, touches }: NewEvent): string | null {
  if (key === '') return 'key: expected the id of an aggregate, got an empty string.'
  if (type === '') return 'type: expected a name, got an empty string.'
  if (!Number.isInteger(version) || version < 1) return `version: expected 1 or more, got ${version}.`
  if (touches?.includes('')) return 'touches: expected facets, got an empty string among them.'
  return null
}
