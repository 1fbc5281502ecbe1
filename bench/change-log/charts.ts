import { barChart, type Bar } from '../support/bar-chart.ts'
import type { CostFigure, Figure } from './figures.ts'
import { lineChart, type Line } from './line-chart.ts'
import type { Measured, Results } from './results.ts'
import type { Tuning } from './relay/theirs.ts'
import { LOADS } from './system/latency.ts'

/** Charts of the parts that have results, by file name. */
export function chartsOf({ relay, steady, latency }: Results): Record<string, string> {
  return {
    ...(relay && { 'change-log-relay.svg': relayChart(relay) }),
    ...(steady && { 'change-log-steady.svg': steadyChart(steady) }),
    ...(latency && { 'change-log-latency.svg': latencyChart(latency) }),
  }
}

type Part<Name extends keyof Results> = NonNullable<Results[Name]>

function relayChart(relay: Part<'relay'>): string {
  const bar = (name: string, { perSecond }: CostFigure, kind: Bar['kind'], label: string): Bar => ({
    name,
    kind,
    value: perSecond.median,
    range: perSecond.range,
    label,
  })
  const tuned = ({ way, batch, workers }: Tuning) => `${way}, batches of ${batch}, ${workers} at once`
  return barChart({
    title: 'Events per second from one outbox to Redis',
    notes: [
      `Backlogs of ${relay.events.toLocaleString('en-US')} events of 380 bytes, ${rounds(relay)}, median and spread`,
      `in order: ${tuned(relay.inOrder.tuning)}; out of order: ${tuned(relay.outOfOrder.tuning)}`,
      place(relay),
    ],
    bars: [
      bar('ours, in order', relay.ours, 'ours', `× ${relay.ratio.median}`),
      bar('skip locked, in order', relay.inOrder, 'reference', ''),
      bar('skip locked, out of order', relay.outOfOrder, 'other', ''),
    ],
  })
}

function steadyChart(steady: Part<'steady'>): string {
  const { ours, skipLocked, xidOrder } = steady.readers
  const line = (name: string, kind: Line['kind'], seconds: (typeof ours)['seconds']): Line => ({
    name,
    kind,
    values: seconds.map(({ lagP99 }) => lagP99),
  })
  const [from, to] = steady.open
  return lineChart({
    title: 'From the commit of an event to Redis, while another transaction stays open',
    unit: 'ms',
    notes: [
      `p99 of each second, ${steady.eventsPerSecond.toLocaleString('en-US')} events per second, one reader after the other`,
      `CPU of Postgres meanwhile, ms a second: ours ${ours.open.postgresCpu}, skip locked ${skipLocked.open.postgresCpu} (before: ${ours.before.postgresCpu} and ${skipLocked.before.postgresCpu})`,
      place(steady),
    ],
    lines: [
      line('by xid order', 'other', xidOrder.seconds),
      line('skip locked', 'reference', skipLocked.seconds),
      line('ours', 'ours', ours.seconds),
    ],
    marked: { from, to, text: 'a transaction is open' },
  })
}

function latencyChart(latency: Part<'latency'>): string {
  const bar = (name: string, { median, range }: Figure, kind: Bar['kind']): Bar => ({
    name,
    kind,
    value: median * 1_000,
    range: [range[0] * 1_000, range[1] * 1_000],
    label: '',
  })
  return barChart({
    title: 'µs from the commit of a write to that of its effect in another database',
    notes: [`the whole system running, ${rounds(latency)}, median and spread`, place(latency)],
    bars: LOADS.flatMap((load) => {
      const { consumers, writesPerSecond } = latency[load]
      const { ours, graphileWorker } = consumers
      const rate = `${writesPerSecond} ${load}/s`
      return [
        bar(`ours, ${rate}, p50`, ours.p50, 'ours'),
        bar('p99', ours.p99, 'ours'),
        bar(`graphile-worker, ${rate}, p50`, graphileWorker.p50, 'reference'),
        bar('p99', graphileWorker.p99, 'reference'),
      ]
    }),
  })
}

const rounds = ({ rounds: n }: { rounds: number }) => `${n} interleaved round${n === 1 ? '' : 's'}`

function place({ machine, date }: Measured<object>): string {
  return `${machine.cpu}, ${machine.cores} cores for everything, Node ${machine.node.slice(1)}, ${date.slice(0, 10)}`
}
