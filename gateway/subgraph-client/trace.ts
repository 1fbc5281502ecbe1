import { readTraceparent, type TraceParent } from '../../platform/trace-context.ts'

/** The trace that a client's request belongs to. */
export type Trace = TraceParent

/** Random bytes, this many. */
export type RandomBytes = (size: number) => Buffer

/** The client's trace, or a new one that is not sampled: nothing here records it. */
export function traceOf(traceparent: string | undefined, randomBytes: RandomBytes): Trace {
  return readTraceparent(traceparent) ?? { id: randomBytes(16).toString('hex'), flags: '00' }
}

/** The header of one more request within a trace. */
export function traceparentOf({ id, flags }: Trace, randomBytes: RandomBytes): string {
  return `00-${id}-${randomBytes(8).toString('hex')}-${flags}`
}
