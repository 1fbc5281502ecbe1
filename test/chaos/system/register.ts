/** The possible values of an object that only one client changes, as far as that client can know. */
export type Register = {
  /** Called before the client writes a value. Call the returned function with the outcome. */
  write(value: string, operation: string): (outcome: 'ok' | 'failed' | 'unknown') => void
  /** The value that a read that begins now must return. Null if unknown. */
  expect(): Expectation | null
  /** The value, if it is certain. */
  certain(): string | null
}

export type Expectation = {
  /** Number of the last acknowledged write. */
  operation: string
  /** Whether a completed read returned that write or a later one. */
  accepts(value: unknown): boolean
}

type Write = { value: string; operation: string; outcome: 'pending' | 'ok' | 'unknown' | 'failed' }

/**
 * @param generation increases when the database is restored, which invalidates what was known before
 */
export function createRegister(generation: () => number): Register {
  const writes: Write[] = []
  let last = -1
  let known = generation()

  function certain(): string | null {
    if (last < 0 || known !== generation()) return null
    // A write without a response may still take effect.
    return writes.every(({ outcome }) => outcome === 'ok' || outcome === 'failed')
      ? (writes[last]?.value ?? null)
      : null
  }

  return {
    write(value, operation) {
      const begun = generation()
      const write: Write = { value, operation, outcome: 'pending' }
      const at = writes.push(write) - 1
      return (outcome) => {
        const restored = begun !== generation()
        write.outcome = restored && outcome === 'ok' ? 'unknown' : outcome
        if (write.outcome === 'ok') [last, known] = [at, begun]
      }
    },
    expect() {
      const begun = generation()
      const from = last
      const write = writes[from]
      if (!write || known !== begun) return null
      return {
        operation: write.operation,
        accepts: (value) =>
          begun !== generation() ||
          writes.some(
            (one, i) =>
              one.value === value && one.outcome !== 'failed' && (i >= from || one.outcome === 'unknown'),
          ),
      }
    },
    certain,
  }
}
