import type { Output } from './output.ts'

/** Hooks with which the caller controls and observes a start. */
export type StartupHooks = {
  output: Output
  /** Aborts the start. A step is interrupted only where that is safe. */
  signal: AbortSignal
  /** Called with each part as soon as it starts, so that a second Ctrl-C can kill all parts at once. */
  onPart: (part: { killNow(): void }) => void
}
