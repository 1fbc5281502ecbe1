/**
 * Longest wait for something that must happen. Only a test that fails waits this long, so there is room for a busy machine.
 * Milliseconds.
 */
export const TIMEOUT_MS = 60_000

/** For `vi.waitFor`; `expect.poll` has the same by the configuration. */
export const WITHIN = { timeout: TIMEOUT_MS, interval: 20 }
