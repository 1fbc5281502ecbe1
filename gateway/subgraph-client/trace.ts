/** The trace that a client's request belongs to. */
export type Trace = { readonly id: string; readonly flags: string }

/** Random bytes, this many. */
export type RandomBytes = (size: number) => Buffer

/** W3C Trace Context, level 1 (https://www.w3.org/TR/trace-context-1/#traceparent-header): ids of zeros are none. */
const TRACEPARENT = /^00-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-([\da-f]{2})$/

/** The client's trace; one of its own for a request that names none, not sampled, because nobody here keeps it. */
export function traceOf(traceparent: string | undefined, randomBytes: RandomBytes): Trace {
  const [, id, flags] = TRACEPARENT.exec(traceparent ?? '') ?? []
  if (id !== undefined && flags !== undefined) return { id, flags }
  return { id: randomBytes(16).toString('hex'), flags: '00' }
}

/** The header of one more request within a trace. */
export function traceparentOf({ id, flags }: Trace, randomBytes: RandomBytes): string {
  return `00-${id}-${randomBytes(8).toString('hex')}-${flags}`
}
