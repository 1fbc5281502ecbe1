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
 * Registers a metric whose values are plain numbers, kept elsewhere and read at each scrape. prom-client's own counters and
 * histograms look up their labels at each event. For a request, that costs more than all of its counting here.
 */
export function registerSampled(registry: Registry, { name, help, type, samples }: SampledMetric): void {
  const metric = {
    name,
    get: async () => ({ name, help, type, values: [...samples()] }),
    reset: () => {},
  }
  registry.registerMetric(metric as unknown as Metric)
}
