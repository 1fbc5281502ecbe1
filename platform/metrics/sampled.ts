import type { Metric, Registry } from 'prom-client'

export type Labels = Readonly<Record<string, string>>
export type Sample = { labels: Labels; value: number; metricName?: string }

export type SampledMetric = {
  name: string
  help: string
  type: 'counter' | 'gauge' | 'histogram'
  /** Called at each scrape. */
  samples: () => Iterable<Sample>
}

/**
 * Registers a metric whose values are kept elsewhere, as plain numbers, and read when they are scraped. prom-client's own
 * counters and histograms look up their labels at each event, which costs a request more than all of its counting here.
 */
export function registerSampled(registry: Registry, { name, help, type, samples }: SampledMetric): void {
  const metric = {
    name,
    get: async () => ({ name, help, type, values: [...samples()] }),
    reset: () => {},
  }
  registry.registerMetric(metric as unknown as Metric)
}
