import { readTraceparent, type TraceParent } from '../../platform/trace-context.ts'

/** The trace that a client's request belongs to. */
export type Trace = TraceParent

/** Returns `size` random bytes. */
export type RandomBytes = (size: number) => Buffer

/** The client's trace, or a new one. A new trace is not sampled, because the gateway does not record it. */
export function traceOf(traceparent: string | undefined, randomBytes: RandomBytes): Trace {
  return readTraceparent(traceparent) ?? { id: randomBytes(16).toString('hex'), flags: '00' }
}

/** The `traceparent` header of a further request in a trace. */
export function traceparentOf({ id, flags }: Trace, randomBytes: RandomBytes): string {
  return `00-${id}-${randomBytes(8).toString('hex')}-${flags}`
}
