import { setImmediate } from 'node:timers/promises'

/** Longest time that a piece of a long task keeps the event loop, in milliseconds. */
const SLICE_MS = 8

/** Does the steps of a long task one after the other, and lets the event loop turn between slices of them. */
export async function inSlices(steps: Iterable<unknown>): Promise<void> {
  let began = performance.now()
  for (const _ of steps) {
    if (performance.now() - began < SLICE_MS) continue
    await setImmediate()
    began = performance.now()
  }
}
