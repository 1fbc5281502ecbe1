/**
 * Maximum wait for something that must happen. Only a failing test waits this long, so it leaves room for a busy
 * machine. Milliseconds.
 */
export const TIMEOUT_MS = 60_000

/** Options for `vi.waitFor`. The configuration sets the same for `expect.poll`. */
export const WITHIN = { timeout: TIMEOUT_MS, interval: 20 }
