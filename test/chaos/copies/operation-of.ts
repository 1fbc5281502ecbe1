import type { EventRecord } from '../../../patterns/change-log/index.ts'

/**
 * The operation that wrote an event: the id of its trace, chosen by the client. Sessions are changed in addition to what
 * the client requested, so for their events the type is appended. The same applies to the other events of a block, and to
 * each of the requests that an approval decides.
 */
export function operationOf({ headers, type, payload, offset }: EventRecord): string {
  const trace = headers['traceparent']?.split('-')[1] ?? `nobody's at ${offset}`
  const { requestId, reason, by } = payload as Readonly<Record<string, unknown>>
  if (type.startsWith('session.') || type === 'user.blocked' || type === 'user.unblocked')
    return `${trace} ${type}`
  if (type === 'follow.accepted' || type === 'follow.declined' || reason === 'blocked')
    return `${trace} ${type} ${String(requestId)}`
  return type === 'user.unfollowed' && by === 'followee' ? `${trace} ${type}` : trace
}

/** Its number among the changes of its key, if the event has a version. */
export function turnOf({ type, payload }: EventRecord): number | null {
  if (type === 'post.created') return 1
  const { version } = payload as { version?: unknown }
  return typeof version === 'number' ? version : null
}
