import { Gauge, type Registry } from 'prom-client'

/** The figures of a consumer of another service's change log. */
export type ConsumerFigures = {
  state: 'consuming' | 'rebuilding'
  /** Age of the last tick it has applied. Null before the first. */
  ageMs: number | null
  parkedKeys: number
  /** Keys with unfinished work of a rebuild. */
  drainingKeys: number
  /** How long an event has waited for another log. Null if none waits. */
  waiting: { ms: number } | null
  /** Number of records that were missing from the transport and came by the feed. */
  healed: number
}

/** A consumer. `status` resolves with null before it runs. */
export type MeasuredConsumer = { name: string; status(): Promise<ConsumerFigures | null> }

/** Registers the metrics of the consumers of other services' change logs. Values that are unknown at a scrape are omitted. */
export function consumerMetrics(registry: Registry, consumers: readonly MeasuredConsumer[]): void {
  if (consumers.length === 0) return
  const gauge = (name: string, help: string, valueOf: (figures: ConsumerFigures) => number | null) =>
    new Gauge({
      name: `tessera_consumer_${name}`,
      help,
      labelNames: ['consumer'],
      registers: [registry],
      async collect() {
        this.reset()
        for (const { name: consumer, status } of consumers) {
          const figures = await status().catch(() => null)
          const value = figures && valueOf(figures)
          if (value !== null) this.set({ consumer }, value)
        }
      },
    })
  gauge('rebuilding', '1 if the copy is being built or waits for its owner.', ({ state }) =>
    state === 'rebuilding' ? 1 : 0,
  )
  gauge('tick_age_seconds', 'Age of the last applied tick. The owner takes one every second.', ({ ageMs }) =>
    ageMs === null ? null : ageMs / 1_000,
  )
  gauge('waiting_seconds', 'How long an event has waited for another log. 0 if none waits.', ({ waiting }) =>
    waiting === null ? 0 : waiting.ms / 1_000,
  )
  gauge('parked_keys', 'Parked keys, whose events cannot be applied.', ({ parkedKeys }) => parkedKeys)
  gauge('draining_keys', 'Keys with open work of a rebuild.', ({ drainingKeys }) => drainingKeys)
  gauge(
    'healed_records',
    'Records that were read from the feed because the transport did not have them.',
    ({ healed }) => healed,
  )
}
