import { Gauge, type Registry } from 'prom-client'
import type { OwnedLog } from '../../patterns/change-log/index.ts'

type LogFigures = Awaited<ReturnType<OwnedLog['figures']>>

const RELAY_STATES = ['leading', 'standby', 'refused', 'down'] as const satisfies LogFigures['relay'][]

/**
 * Registers the metrics of change logs, by database. Values that are unknown at a scrape are omitted, because old values
 * would be wrong.
 *
 * @returns a function that sets the metrics before a scrape, from the figures of each database
 */
export function logMetrics(
  registry: Registry,
): (logs: readonly (readonly [database: string, LogFigures])[]) => void {
  const gauge = <Label extends string = never>(name: string, help: string, labels: Label[] = []) =>
    new Gauge({
      name: `tessera_log_${name}`,
      help,
      labelNames: ['database', ...labels],
      registers: [registry],
    })
  const relay = gauge('relay_state', 'State of the relay of this process: 1 for the current state.', [
    'state',
  ])
  const end = gauge('end_offset', 'Offset of the last record of the change log.')
  const epoch = gauge('epoch', 'Epoch of the change log.')
  const tickAge = gauge('tick_age_seconds', 'Age of the last tick. A heartbeat comes every second.')
  const rows = gauge('outbox_rows', 'Rows of the outbox, estimated.')
  const bytes = gauge('outbox_bytes', 'Size of the outbox with its indexes.')
  const unpublished = gauge('unpublished_events', 'Committed events that no tick has yet.')
  const oldest = gauge('unpublished_seconds', 'Age of the oldest of them. 0 if there is none.')
  const lag = gauge('consumer_lag_records', 'Records that a registered consumer has not applied.', [
    'consumer',
  ])
  const lagAge = gauge(
    'consumer_lag_seconds',
    'Age of the first tick that it has not applied. 0 if there is none.',
    ['consumer'],
  )
  const expired = gauge(
    'consumer_expired',
    '1 if rows that the consumer needs may have been deleted. Rebuild it.',
    ['consumer'],
  )
  const all = [relay, end, epoch, tickAge, rows, bytes, unpublished, oldest, lag, lagAge, expired]

  function set(database: string, { relay: state, log }: LogFigures): void {
    for (const each of RELAY_STATES) relay.set({ database, state: each }, each === state ? 1 : 0)
    if (!log) return
    const of = { database }
    end.set(of, log.end.offset)
    epoch.set(of, log.end.epoch)
    tickAge.set(of, log.tickAgeMs / 1_000)
    rows.set(of, log.outbox.rows)
    bytes.set(of, log.outbox.bytes)
    unpublished.set(of, log.unpublished.events)
    oldest.set(of, (log.unpublished.oldestMs ?? 0) / 1_000)
    for (const consumer of log.consumers) {
      const ofConsumer = { database, consumer: consumer.name }
      if (consumer.lag !== null) lag.set(ofConsumer, consumer.lag)
      if (consumer.lagMs !== null) lagAge.set(ofConsumer, consumer.lagMs / 1_000)
      expired.set(ofConsumer, consumer.expired ? 1 : 0)
    }
  }

  return (logs) => {
    for (const each of all) each.reset()
    for (const [database, figures] of logs) set(database, figures)
  }
}
