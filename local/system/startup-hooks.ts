import type { Output } from './output.ts'

/** How a start is steered from outside. */
export type Steering = {
  output: Output
  /** Gives up when aborted, in the middle of a step where that is safe. */
  signal: AbortSignal
  /** Told of each part as it is started, so that all can be killed at once when a person is tired of waiting. */
  onPart: (part: { killNow(): void }) => void
}
