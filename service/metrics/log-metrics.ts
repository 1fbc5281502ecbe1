import { Gauge, type Registry } from 'prom-client'

/** What the metrics tell of a change log. */
export type LogFigures = {
  relay: RelayState
  /** Null while the database does not answer, or the log was never started. */
  log: {
    end: { epoch: number; offset: number }
    tickAgeMs: number
    /** Estimates. */
    outbox: { rows: number; bytes: number }
    /** Committed events without a tick; age of the oldest in milliseconds, null when there is none. */
    unpublished: { events: number; oldestMs: number | null }
    consumers: readonly {
      name: string
      expired: boolean
      /** Records it has not applied; null when it is in another epoch. */
      lag: number | null
      /** Age of the first tick that it has not applied; null as well. Milliseconds. */
      lagMs: number | null
    }[]
  } | null
}

const RELAY_STATES = ['leading', 'standby', 'refused', 'down'] as const
type RelayState = (typeof RELAY_STATES)[number]

/**
 * Registers the metrics of a change log. What is not known at a scrape is left out of it, rather than told as it was.
 *
 * @returns what sets them before a scrape
 */
export function logMetrics(registry: Registry): (figures: LogFigures) => void {
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: Label[] = []) =>
    new Gauge({ name: `tessera_log_${name}`, help, labelNames, registers: [registry] })
  const relay = gauge('relay_state', 'State of the relay of this process: 1 for the one it is in.', ['state'])
  const end = gauge('end_offset', 'Offset of the last record of the change log.')
  const epoch = gauge('epoch', 'Epoch of the change log.')
  const tickAge = gauge('tick_age_seconds', 'Age of the last tick; a heartbeat comes each second.')
  const rows = gauge('outbox_rows', 'Rows of the outbox, estimated.')
  const bytes = gauge('outbox_bytes', 'Size of the outbox with its indexes.')
  const unpublished = gauge('unpublished_events', 'Committed events that no tick has yet.')
  const oldest = gauge('unpublished_seconds', 'Age of the oldest of them; 0: there is none.')
  const consumer = ['consumer'] as const
  const lag = gauge('consumer_lag_records', 'Records that a registered consumer has not applied.', [
    ...consumer,
  ])
  const lagAge = gauge('consumer_lag_seconds', 'Age of the first tick it has not applied; 0: none.', [
    ...consumer,
  ])
  const expired = gauge('consumer_expired', '1: what the consumer needs may be gone; rebuild it.', [
    ...consumer,
  ])
  const ofOwner = [end, epoch, tickAge, rows, bytes, unpublished, oldest]
  const ofLog = [...ofOwner, lag, lagAge, expired]

  return ({ relay: state, log }) => {
    for (const each of RELAY_STATES) relay.set({ state: each }, each === state ? 1 : 0)
    for (const known of ofLog) known.reset()
    // A gauge without labels resets to 0, which would be a lie.
    for (const known of ofOwner) known.remove()
    if (!log) return
    end.set(log.end.offset)
    epoch.set(log.end.epoch)
    tickAge.set(log.tickAgeMs / 1_000)
    rows.set(log.outbox.rows)
    bytes.set(log.outbox.bytes)
    unpublished.set(log.unpublished.events)
    oldest.set((log.unpublished.oldestMs ?? 0) / 1_000)
    for (const { name, ...of } of log.consumers) {
      if (of.lag !== null) lag.set({ consumer: name }, of.lag)
      if (of.lagMs !== null) lagAge.set({ consumer: name }, of.lagMs / 1_000)
      expired.set({ consumer: name }, of.expired ? 1 : 0)
    }
  }
}
