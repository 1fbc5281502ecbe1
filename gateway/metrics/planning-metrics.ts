import { DurationHistogram } from '../../platform/metrics/duration-histogram.ts'

/** How often a plan was found in the cache, and how long planning took otherwise. */
export class PlanningMetrics {
  hits = 0
  misses = 0
  readonly duration = new DurationHistogram()

  /** Measures a planning that has just begun. */
  measure(planning: Promise<unknown>): void {
    this.misses++
    const began = performance.now()
    const end = () => this.duration.observe(performance.now() - began)
    planning.then(end, end)
  }
}
