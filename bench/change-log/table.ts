import type { CostFigure, Figure } from './figures.ts'
import type { Results } from './results.ts'
import { LOADS, type LoadName } from './system/latency.ts'

type Row = readonly [what: string, ours: string, theirs: string, ratio: string, goal: string]
type Part<Name extends keyof Results> = NonNullable<Results[Name]>

const HEAD: Row = ['', 'ours', 'beside it', 'ratio', 'goal']

/** The results as a Markdown table: medians with [least–greatest]. */
export function tableOf(results: Results): string {
  const { relay, steady, insert, consumer, mutation, latency } = results
  const rows: Row[] = [
    ...(relay ? relayRows(relay) : []),
    ...(steady ? steadyRows(steady) : []),
    ...(insert
      ? ([['insert: more CPU of a bare transaction', percent(insert.more), '', '', '≤ 30 %']] as const)
      : []),
    ...(consumer ? consumerRows(consumer) : []),
    ...(mutation ? mutationRows(mutation) : []),
    ...(latency ? LOADS.flatMap((load) => latencyRows(load, latency[load])) : []),
  ]
  const lines = [HEAD, HEAD.map((_, i) => (i === 0 ? '---' : '--:')), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function relayRows(relay: Part<'relay'>): Row[] {
  const { ours, inOrder, outOfOrder, oursWithRetention } = relay
  return [
    [
      'relay, events/s; skip locked in order',
      rate(ours),
      rate(inOrder),
      show(relay.ratio),
      '≥ 100,000; ≥ 1.2',
    ],
    ['the same; skip locked out of order', rate(ours), rate(outOfOrder), show(relay.ratioToOutOfOrder), ''],
    ['with retention; in order', show(oursWithRetention), rate(inOrder), show(relay.ratioWithRetention), ''],
    ['CPU µs/event: node + Postgres + Redis', cpu(ours), cpu(inOrder), '', ''],
  ]
}

function steadyRows({ readers: { ours, skipLocked, xidOrder } }: Part<'steady'>): Row[] {
  const phases = ['before', 'open', 'after'] as const
  return phases.map((phase) => {
    const [a, b, c] = [ours, skipLocked, xidOrder].map((reader) => reader[phase])
    const lag = (of: typeof a) => `${of?.lagP99} (worst ${of?.worstLag})`
    const what =
      phase === 'open'
        ? 'while a transaction is open'
        : `${phase} a transaction ${phase === 'before' ? 'is' : 'was'} open`
    const theirs = `${lag(b)}; by xid order ${lag(c)}`
    return [`lag ${what}, p99 ms`, lag(a), theirs, '', phase === 'open' ? 'flat' : '']
  })
}

function consumerRows(consumer: Part<'consumer'>): Row[] {
  const { effects, effectsByInbox, counts, countsUnguarded, countsFromFeed } = consumer
  return [
    [
      'consumer, effects/s; inbox',
      rate(effects),
      rate(effectsByInbox),
      show(consumer.effectsRatio),
      '≥ 20,000',
    ],
    [
      'rebuilding a counter, events/s; without an offset',
      rate(counts),
      rate(countsUnguarded),
      show(consumer.countsRatio),
      '≥ 150,000',
    ],
    ['the same from the feed', rate(countsFromFeed), '', '', ''],
  ]
}

function mutationRows({ mutations }: Part<'mutation'>): Row[] {
  return Object.entries(mutations).flatMap(([name, { bare, written, whole, writePath, wholeLog }]): Row[] => [
    [
      `${name}: CPU ms, write path; without`,
      show(written.cpuMs),
      show(bare.cpuMs),
      `+${percent(writePath)}`,
      '≤ +15 %',
    ],
    [
      `${name}: CPU ms, the whole log; without`,
      show(whole.cpuMs),
      show(bare.cpuMs),
      `+${percent(wholeLog)}`,
      '',
    ],
  ])
}

function latencyRows(load: LoadName, latency: Part<'latency'>[LoadName]): Row[] {
  const { ours, graphileWorker } = latency.consumers
  const { writesPerSecond } = latency
  // Where the machine cannot keep the rate, the figures are those of an overload.
  const reached = [ours, graphileWorker].map(({ perSecond }) => perSecond)
  const short = reached.some((rateReached) => rateReached < writesPerSecond * 0.95)
  const rateOf = `${writesPerSecond} ${load}/s${short ? ` (reached: ${reached.join(' and ')})` : ''}; graphile-worker`
  return [
    [
      `commit to effect, p50 ms, ${rateOf}`,
      show(ours.p50),
      show(graphileWorker.p50),
      show(latency.ratioP50),
      '≤ 5',
    ],
    [`p99 ms, ${rateOf}`, show(ours.p99), show(graphileWorker.p99), show(latency.ratioP99), '≤ 25'],
    ['CPU ms of a write and its effect', show(ours.cpuMs), show(graphileWorker.cpuMs), '', ''],
  ]
}

const number = (value: number) => value.toLocaleString('en-US', { maximumSignificantDigits: 3 })
const show = ({ median, range }: Figure) => `**${number(median)}** [${range.map(number).join('–')}]`
const rate = ({ perSecond }: CostFigure) => show(perSecond)
const percent = ({ median, range }: Figure) =>
  `**${Math.round(median * 100)} %** [${range.map((value) => Math.round(value * 100)).join('–')}]`
const cpu = ({ cpuUs }: CostFigure) => `${cpuUs.node} + ${cpuUs.postgres} + ${cpuUs.redis}`
