/** One thing that one client alone changes: what it may be, as far as that client can know. */
export type Register = {
  /** The client is about to write this. The end of the write is told by what is returned. */
  write(value: string, operation: string): (outcome: 'ok' | 'failed' | 'unknown') => void
  /** What a read must show that begins now; null when that is not known. */
  expect(): Expectation | null
  /** The value, when the client can be certain of it. */
  certain(): string | null
}

export type Expectation = {
  /** Of the last acknowledged write. */
  operation: string
  /** Whether a read that has ended shows that write, or a later one. */
  accepts(value: unknown): boolean
}

type Write = { value: string; operation: string; outcome: 'pending' | 'ok' | 'unknown' | 'failed' }

/**
 * @param generation grows when the database is restored: what was known before is known no more
 */
export function createRegister(generation: () => number): Register {
  const writes: Write[] = []
  let last = -1
  let known = generation()

  function certain(): string | null {
    if (last < 0 || known !== generation()) return null
    // A write without an answer may still come.
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
