import { spread } from '../../support/statistics.ts'

/** Growth from one quarter to the next that is still called flat: 5 % is about 20 bytes a request of a full run. */
const TOLERATED = 0.05

/** `growth` from the third quarter of the samples to the last, as a part; the first half is warm-up. */
export type Flatness = { growth: number; flat: boolean }

/** @param samples in their order, at least 8 */
export function judgeFlatness(samples: readonly number[]): Flatness {
  const quarter = Math.floor(samples.length / 4)
  const third = spread(samples.slice(-2 * quarter, -quarter)).median
  const last = spread(samples.slice(-quarter)).median
  const growth = last / third - 1
  return { growth, flat: growth <= TOLERATED }
}
