import { quantile } from '../../support/statistics.ts'

/** Of each second since the start: events published, and how long those and the ones that wait have waited, ms. */
export type Second = { published: number; lagP50: number; lagP99: number }

/**
 * Compares what was written with what was published: both are counted, as everything that is written is published in
 * some order. What still waits at the end of a second has waited until then.
 *
 * @param clock ms
 */
export function lagMeter(clock: () => number) {
  const started = clock()
  const writes: { upTo: number; at: number }[] = []
  let [written, published, first] = [0, 0, 0]
  let second = { published: 0, lags: [] as number[] }
  const seconds: Second[] = []
  return {
    written(events: number) {
      written += events
      writes.push({ upTo: written, at: clock() })
    },
    published(events: number) {
      published += events
      second.published += events
      for (; (writes[first]?.upTo ?? Infinity) <= published; first++) {
        second.lags.push(clock() - (writes[first]?.at ?? 0))
      }
    },
    /** To be called when a second is over. */
    endSecond(): Second {
      const waiting = writes.slice(first).map(({ at }) => clock() - at)
      const lags = [...second.lags, ...waiting].toSorted((a, b) => a - b)
      const at = (q: number) => (lags.length > 0 ? Math.round(quantile(lags, q) * 10) / 10 : 0)
      const done = { published: second.published, lagP50: at(0.5), lagP99: at(0.99) }
      seconds.push(done)
      second = { published: 0, lags: [] }
      return done
    },
    seconds,
    /** Whole seconds since the start. */
    elapsed: () => (clock() - started) / 1_000,
  }
}
