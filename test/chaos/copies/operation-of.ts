import type { EventRecord } from '../../../patterns/change-log/index.ts'

/**
 * The operation that wrote an event: the id of its trace, which the client chose. Of sessions, which come beside what a
 * client asked for, it is followed by their type.
 */
export function operationOf({ headers, type, offset }: EventRecord): string {
  const trace = headers['traceparent']?.split('-')[1] ?? `nobody's at ${offset}`
  return type.startsWith('session.') ? `${trace} ${type}` : trace
}

/** Its place among the changes of its key, where a version tells it. */
export function turnOf({ type, payload }: EventRecord): number | null {
  if (type === 'post.created') return 1
  const { version } = payload as { version?: unknown }
  return typeof version === 'number' ? version : null
}
