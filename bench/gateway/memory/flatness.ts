import { spread } from '../../support/statistics.ts'

/** Maximum growth from one quarter to the next that counts as flat. 5 % is about 20 bytes per request of a full run. */
const TOLERATED = 0.05

/** `growth` is the relative growth from the third quarter of the samples to the last. The first half is warm-up. */
export type Flatness = { growth: number; flat: boolean }

/** @param samples in order, at least 8 */
export function judgeFlatness(samples: readonly number[]): Flatness {
  const quarter = Math.floor(samples.length / 4)
  const third = spread(samples.slice(-2 * quarter, -quarter)).median
  const last = spread(samples.slice(-quarter)).median
  const growth = last / third - 1
  return { growth, flat: growth <= TOLERATED }
}
