/** The possible values of an object that only one client changes, as far as that client can know. */
export type Register = {
  /**
   * Called before the client writes a value. Call the returned function with the outcome. `late`: it is committed, and takes effect
   * at any time before the next acknowledged write, or not at all.
   */
  write(value: string, operation: string): (outcome: 'ok' | 'failed' | 'unknown' | 'late') => void
  /**
   * What a read that begins now must return. Null if nothing is known.
   *
   * @param lagMs how long a write may have been acknowledged before the read must return it. Milliseconds. @default 0
   */
  expect(lagMs?: number): Expectation | null
  /** The value, if it is certain. */
  certain(): string | null
}

export type Expectation = {
  /** Number of the last acknowledged write. */
  operation: string
  /** The values that a completed read may have returned: of that write or a later one. Null if all are possible. */
  values(): ReadonlySet<unknown> | null
  accepts(value: unknown): boolean
}

type Write = {
  value: string
  operation: string
  outcome: 'pending' | 'ok' | 'unknown' | 'failed' | 'late'
  generation: number
  /** When the outcome was known. Milliseconds. */
  endedAt: number
}

/**
 * @param generation increases when the database is restored, which invalidates what was known before
 * @param clock monotonic, in milliseconds
 */
export function createRegister(
  generation: () => number,
  clock: () => number = () => performance.now(),
): Register {
  const writes: Write[] = []

  /** Index of the last write that was acknowledged by then. -1 if there is none. */
  const lastBy = (time: number) =>
    writes.findLastIndex(({ outcome, endedAt }) => outcome === 'ok' && endedAt <= time)

  return {
    write(value, operation) {
      const begun = generation()
      const write: Write = { value, operation, outcome: 'pending', generation: begun, endedAt: 0 }
      writes.push(write)
      return (outcome) => {
        const restored = begun !== generation()
        write.outcome = restored && (outcome === 'ok' || outcome === 'late') ? 'unknown' : outcome
        write.endedAt = clock()
      }
    },
    expect(lagMs = 0) {
      const begun = generation()
      const from = lastBy(clock() - lagMs)
      const last = writes[from]
      if (!last || last.generation !== begun) return null
      const values = () => {
        if (begun !== generation()) return null
        const possible = writes.filter(
          ({ outcome }, i) => outcome !== 'failed' && (i >= from || outcome === 'unknown'),
        )
        return new Set(possible.map(({ value }) => value))
      }
      return {
        operation: last.operation,
        values,
        accepts: (value) => values()?.has(String(value)) ?? true,
      }
    },
    certain() {
      const from = lastBy(clock())
      const last = writes[from]
      if (!last || last.generation !== generation()) return null
      // A write without a response may still take effect.
      const over = ({ outcome }: Write, i: number) =>
        outcome === 'ok' || outcome === 'failed' || (outcome === 'late' && i < from)
      return writes.every(over) ? last.value : null
    },
  }
}
