import type { Output } from './output.ts'

/** What the caller of a start controls and observes. */
export type StartupHooks = {
  output: Output
  /** Aborts the start, in the middle of a step where that is safe. */
  signal: AbortSignal
  /** Receives each part as it is started, so that all can be killed at once on the second Ctrl-C. */
  onPart: (part: { killNow(): void }) => void
}
