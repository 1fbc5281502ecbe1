import type { Labels, Sample } from './sampled.ts'

/** Upper bounds of the buckets, in seconds. They range from a response from memory to a response after timeouts. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Durations as a Prometheus histogram. */
export class DurationHistogram {
  readonly #buckets = BOUNDS.map(() => 0)
  #count = 0
  #sum = 0

  observe(ms: number): void {
    const seconds = ms / 1_000
    this.#count++
    this.#sum += seconds
    for (let i = 0; i < BOUNDS.length; i++) {
      if (seconds > (BOUNDS[i] as number)) continue
      ;(this.#buckets[i] as number)++
      return
    }
  }

  *samples(name: string, labels: Labels): Iterable<Sample> {
    let count = 0
    for (const [i, bound] of BOUNDS.entries()) {
      count += this.#buckets[i] as number
      yield { metricName: `${name}_bucket`, labels: { ...labels, le: String(bound) }, value: count }
    }
    yield { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: this.#count }
    yield { metricName: `${name}_sum`, labels, value: this.#sum }
    yield { metricName: `${name}_count`, labels, value: this.#count }
  }
}
