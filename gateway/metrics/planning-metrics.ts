import { DurationHistogram } from '../../platform/metrics/duration-histogram.ts'

/** Counts how often a plan was found in the cache, and measures how long planning took if it was not. */
export class PlanningMetrics {
  hits = 0
  misses = 0
  readonly duration = new DurationHistogram()

  /** Measures the time until `planning` settles. Called when planning begins. */
  measure(planning: Promise<unknown>): void {
    this.misses++
    const began = performance.now()
    const end = () => this.duration.observe(performance.now() - began)
    planning.then(end, end)
  }
}
