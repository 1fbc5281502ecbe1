import type { EventRecord } from '../../../patterns/change-log/index.ts'

/**
 * The operation that wrote an event: the id of its trace, chosen by the client. Sessions are changed in addition to what
 * the client requested, so for their events the type is appended.
 */
export function operationOf({ headers, type, offset }: EventRecord): string {
  const trace = headers['traceparent']?.split('-')[1] ?? `nobody's at ${offset}`
  return type.startsWith('session.') ? `${trace} ${type}` : trace
}

/** Its number among the changes of its key, if the event has a version. */
export function turnOf({ type, payload }: EventRecord): number | null {
  if (type === 'post.created') return 1
  const { version } = payload as { version?: unknown }
  return typeof version === 'number' ? version : null
}
