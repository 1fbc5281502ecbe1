import { createSignal, retain } from '../../../patterns/change-log/index.ts'
import { createQueue, WAYS } from '../../baselines/change-log/skip-locked.ts'
import type { BenchSettings } from '../arguments.ts'
import { openBed, type Bed, type Session } from '../bed.ts'
import { insertMany } from '../events.ts'
import {
  costFigure,
  costOf,
  figure,
  ratio,
  rounded,
  type Cost,
  type CostFigure,
  type Figure,
} from '../figures.ts'
import { runOurs } from './ours.ts'
import { openReaders, runSkipLocked, type Tuning } from './theirs.ts'

const EVENTS = 300_000
/** Of one drain while the baseline is tuned. */
const TUNING_EVENTS = 150_000
const BATCHES = [500, 1_000, 2_000, 5_000]

export type RelayResult = {
  events: number
  ours: CostFigure
  /** The same with the time that retention then takes to delete the rows. */
  oursWithRetention: Figure
  /** The fastest one that keeps the order, as ours does; and the fastest of all. */
  inOrder: CostFigure & { tuning: Tuning }
  outOfOrder: CostFigure & { tuning: Tuning }
  /** Of ours over the one in order, and over the other. */
  ratio: Figure
  ratioToOutOfOrder: Figure
  ratioWithRetention: Figure
  /** Of each way to tune the baseline. */
  trials: Trial[]
}
type Trial = Tuning & { perSecond: number }

/** Measures how fast a backlog is copied to Redis, by our relay and by the fastest readers with `for update skip locked`. */
export async function measureRelay(
  { rounds }: BenchSettings,
  log: (line: string) => void,
): Promise<RelayResult> {
  await using bed = await openBed()
  const stage = await openStage(bed)
  const trials = await tune(stage, log)
  const [ordered, unordered] = [1, 2].map((workers) =>
    fastest(trials.filter((trial) => trial.workers === workers)),
  ) as [Tuning, Tuning]
  const [ours, whole, inOrder, outOfOrder]: [Cost[], number[], Cost[], Cost[]] = [[], [], [], []]
  await drainOurs(stage, TUNING_EVENTS)
  for (let round = 1; round <= rounds; round++) {
    const { cost, perSecondWithRetention } = await drainOurs(stage, EVENTS)
    const theirs = await drainTheirs(stage, EVENTS, ordered)
    ours.push(cost)
    whole.push(perSecondWithRetention)
    inOrder.push(theirs)
    outOfOrder.push(await drainTheirs(stage, EVENTS, unordered))
    const [a, b, c] = [cost, theirs, outOfOrder.at(-1)].map((done) => Math.round(done?.perSecond ?? 0))
    log(`relay, round ${round}: ours ${a}/s, skip locked ${b}/s in order, ${c}/s out of order`)
  }
  return {
    events: EVENTS,
    ours: costFigure(ours),
    oursWithRetention: figure(whole),
    inOrder: { ...costFigure(inOrder), tuning: ordered },
    outOfOrder: { ...costFigure(outOfOrder), tuning: unordered },
    ratio: ratio(rates(ours), rates(inOrder)),
    ratioToOutOfOrder: ratio(rates(ours), rates(outOfOrder)),
    ratioWithRetention: ratio(whole, rates(inOrder)),
    trials,
  }
}

const rates = (costs: readonly Cost[]) => costs.map(({ perSecond }) => perSecond)

async function openStage(bed: Bed) {
  return {
    bed,
    watching: await bed.session('owner'),
    readers: await openReaders(bed, 2),
  }
}
type Stage = Awaited<ReturnType<typeof openStage>>

/** First the way, then batch and workers. Each trial twice, the second time when everybody has had a first. */
async function tune(stage: Stage, log: (line: string) => void): Promise<Trial[]> {
  const trials: Trial[] = []
  const attempt = async (tunings: readonly Tuning[]) => {
    const best = tunings.map(() => 0)
    for (const _ of [1, 2]) {
      for (const [i, tuning] of tunings.entries()) {
        const { perSecond } = await drainTheirs(stage, TUNING_EVENTS, tuning)
        best[i] = Math.max(best[i] ?? 0, perSecond)
      }
    }
    for (const [i, tuning] of tunings.entries()) {
      const perSecond = rounded(best[i] ?? 0)
      trials.push({ ...tuning, perSecond })
      log(`skip locked, ${tuning.way}, batches of ${tuning.batch}, ${tuning.workers} at once: ${perSecond}/s`)
    }
  }
  await attempt(WAYS.map((way) => ({ way, batch: 2_000, workers: 1 })))
  const { way } = fastest(trials)
  await attempt([1, 2].flatMap((workers) => BATCHES.map((batch) => ({ way, batch, workers }))))
  return trials
}

function fastest(trials: readonly Trial[]): Tuning {
  const { way, batch, workers } = trials.reduce((a, b) => (b.perSecond > a.perSecond ? b : a))
  return { way, batch, workers }
}

async function drainOurs({ bed, watching }: Stage, events: number) {
  await watching.client.query('truncate outbox')
  await fill(watching, 'outbox', events)
  const signals = { written: createSignal(), ticked: createSignal() }
  const cost = await costOf(bed, events, async () => {
    const { add, reached } = countTo(events)
    await using _ = await runOurs(bed, signals, add)
    return await reached
  })
  await takeEmptyTick(bed)
  const started = performance.now()
  await retain(watching.sql, { minAgeMs: 0, maxAgeMs: 1 })
  const seconds = events / cost.perSecond + (performance.now() - started) / 1_000
  return { cost, perSecondWithRetention: events / seconds }
}

async function drainTheirs({ bed, watching, readers }: Stage, events: number, tuning: Tuning) {
  await watching.client.query(createQueue(tuning.way))
  await fill(watching, 'queue', events)
  return costOf(bed, events, async () => {
    const { add, reached } = countTo(events)
    await using _workers = runSkipLocked(readers, tuning, createSignal(), add)
    return await reached
  })
}

/** Retention keeps the last tick, so the backlog must not be it. A relay begins with an empty one. */
async function takeEmptyTick(bed: Bed): Promise<void> {
  const signals = { written: createSignal(), ticked: createSignal() }
  await using _relay = await runOurs(bed, signals, () => {})
  while (signals.ticked.count === 0) await signals.ticked.after(0, 1_000)
}

/** Rows, the planner's figures, and no work left over for the time that is measured. */
async function fill(watching: Session, table: 'outbox' | 'queue', events: number) {
  for (let i = 0; i < events; i += 50_000) await watching.sql(insertMany(table), 50_000)
  await watching.client.query(`vacuum (analyze) ${table}`)
}

/** Resolves, with the time since now in ms, when so many were added. */
function countTo(events: number) {
  const { promise: reached, resolve } = Promise.withResolvers<number>()
  const started = performance.now()
  let sum = 0
  const add = (more: number) => {
    sum += more
    if (sum >= events) resolve(performance.now() - started)
  }
  return { add, reached }
}
