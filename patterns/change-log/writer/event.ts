/** An event as a command writes it. */
export type NewEvent = {
  /** The aggregate that the event happened to. Events of one key are applied in the order in which they happened. */
  key: string
  /** For example `user.renamed`. */
  type: string
  /** Version of the schema of the payload, from 1. */
  version: number
  payload: unknown
  /** The facets that the event changed. Null if it changed the whole database; more than `MAX_TOUCHES` facets have the same effect. */
  touches: readonly string[] | null
  /** Stored with the event and never interpreted. `traceparent` of W3C Trace Context links the trace. */
  headers?: Readonly<Record<string, string>>
}

/**
 * Checks a payload against the schema of its type.
 *
 * @returns null if the payload is valid; otherwise the fault: `payload.handle: expected a string`
 */
export type CheckPayload = (event: Pick<NewEvent, 'type' | 'version' | 'payload'>) => string | null

/** Maximum number of facets of an event. With more, it touches the whole database, because invalidating that is cheaper. */
export const MAX_TOUCHES = 256

/**
 * Maximum length of a key. A consumer that cannot apply an event stores its key in an index, whose rows have at most 2,704
 * bytes.
 */
const MAX_KEY = 500

/** An event that must not be written. This is a bug of the command, and rolls the command back. */
export class InvalidEventError extends Error {
  override name = 'InvalidEventError'
}

/** @throws InvalidEventError naming the event and the invalid field */
export function requireValid(event: NewEvent, check: CheckPayload): void {
  const fault = faultOf(event) ?? check(event)
  if (fault === null) return
  throw new InvalidEventError(
    `Event ${JSON.stringify(event.type)} version ${event.version} is invalid: ${fault}`,
  )
}

function faultOf({ key, type, version, touches }: NewEvent): string | null {
  if (key === '') return 'key: expected the id of an aggregate, got an empty string.'
  if (key.length > MAX_KEY) return `key: expected at most ${MAX_KEY} characters, got ${key.length}.`
  if (type === '') return 'type: expected a name, got an empty string.'
  if (!Number.isInteger(version) || version < 1) return `version: expected 1 or more, got ${version}.`
  if (touches?.includes('')) return 'touches: expected facets, got an empty string among them.'
  return null
}
