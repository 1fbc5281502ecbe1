/** The trace of a request, as W3C Trace Context names it. */
export type TraceParent = { readonly id: string; readonly flags: string }

/** Level 1 (https://www.w3.org/TR/trace-context-1/#traceparent-header). Ids of zeros are invalid. */
const TRACEPARENT = /^00-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})$/

/** Null if the header is missing or malformed. */
export function readTraceparent(header: unknown): TraceParent | null {
  if (typeof header !== 'string') return null
  const [, id, flags] = TRACEPARENT.exec(header) ?? []
  return id === undefined || flags === undefined ? null : { id, flags }
}
