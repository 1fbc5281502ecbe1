/** The trace of a request (W3C Trace Context). */
export type TraceParent = { readonly id: string; readonly flags: string }

/** Level 1 (https://www.w3.org/TR/trace-context-1/#traceparent-header). Ids that contain only zeros are invalid. */
const TRACEPARENT = /^00-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})$/

/** Parses the header `traceparent`. Null if it is missing or malformed. */
export function readTraceparent(header: unknown): TraceParent | null {
  if (typeof header !== 'string') return null
  const [, id, flags] = TRACEPARENT.exec(header) ?? []
  return id === undefined || flags === undefined ? null : { id, flags }
}
