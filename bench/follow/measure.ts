import { setTimeout as delay } from 'node:timers/promises'
import { figure, ratio, rounded, type Figure } from '../change-log/figures.ts'
import { openSystem } from '../change-log/system/open-system.ts'
import { runPaced } from '../change-log/system/paced-load.ts'
import { startIssuer } from '../gateway/issuer.ts'
import { quantile, spread } from '../support/statistics.ts'
import type { BenchSettings } from './arguments.ts'
import { openEarlierCode } from './earlier-code.ts'
import { nthPair, readPage, sendFollow, VARIANTS, type Variant } from './requests.ts'
import { openStage, type Stage } from './stage.ts'

/** Requests for pages at a time. */
const READERS = 4

/** Times in ms. CPU is that of the gateway, the subgraphs and all of Postgres; of Redis and the load it is not. */
type Cost = { p50: Figure; p99: Figure; cpuMs: Figure; parts: Record<string, number> }
type FollowCost = Cost & {
  /** CPU of the system at rest for the time between two follows is left out. */
  cpuMsBeyondRest: Figure
  /** Follows that had not begun when they were answered. */
  unfinished: number
  perSecond: Figure
}
export type FollowResults = {
  follow: Record<Variant, FollowCost> & { ratioCpu: Figure; ratioCpuBeyondRest: Figure }
  page: Record<Variant, Cost> & { ratioP50: Figure; ratioCpu: Figure }
}

type Window = { p50: number; p99: number; cpuMs: number; parts: Record<string, number>; perSecond: number }
type FollowWindow = Window & { restMs: number; unfinished: number }

/** Measures follows, then pages of followers, each beside the earlier code. */
export async function measureFollows(
  { rounds, windowMs, followsPerSecond, baseline }: BenchSettings,
  log: (line: string) => void,
): Promise<FollowResults> {
  await using stack = new AsyncDisposableStack()
  const issuer = stack.use(await startIssuer())
  const earlier = stack.use(await openEarlierCode(baseline))
  const open = { saga: openSystem, before: earlier.openSystem }
  const stages: Stage[] = []
  for (const variant of VARIANTS) {
    stages.push(stack.use(await openStage(variant, open[variant], issuer)))
    log(`${variant} is ready`)
  }
  const follows: Record<Variant, FollowWindow[]> = { saga: [], before: [] }
  const pages: Record<Variant, Window[]> = { saga: [], before: [] }
  // Round 0 is a warm-up.
  for (let round = 0; round <= rounds; round++) {
    for (const stage of stages) {
      const window = await followWindow(stage, { perSecond: followsPerSecond, ms: windowMs })
      if (round > 0) follows[stage.variant].push(window)
      const { p50, p99, cpuMs, unfinished } = window
      log(
        `follow, round ${round}: ${stage.variant} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${cpuMs.toFixed(2)} ms CPU, ${unfinished} unfinished`,
      )
    }
    for (const stage of stages) {
      const window = await pageWindow(stage, windowMs)
      if (round > 0) pages[stage.variant].push(window)
      log(
        `page, round ${round}: ${stage.variant} p50 ${window.p50.toFixed(1)} ms, ${window.cpuMs.toFixed(2)} ms CPU`,
      )
    }
  }
  const cpu = (windows: readonly Window[]) => windows.map(({ cpuMs }) => cpuMs)
  const p50 = (windows: readonly Window[]) => windows.map((window) => window.p50)
  return {
    follow: {
      saga: followCost(follows.saga),
      before: followCost(follows.before),
      ratioCpu: ratio(cpu(follows.saga), cpu(follows.before)),
      ratioCpuBeyondRest: ratio(beyondRest(follows.saga), beyondRest(follows.before)),
    },
    page: {
      saga: costOf(pages.saga),
      before: costOf(pages.before),
      ratioP50: ratio(p50(pages.saga), p50(pages.before)),
      ratioCpu: ratio(cpu(pages.saga), cpu(pages.before)),
    },
  }
}

async function followWindow(stage: Stage, pace: { perSecond: number; ms: number }): Promise<FollowWindow> {
  const rest = await stage.cpu()
  await delay(pace.ms / 4)
  const before = await stage.cpu()
  let unfinished = 0
  const { perSecond, answeredP50, answeredP99 } = await runPaced(pace, async () => {
    const pair = nthPair(stage.people, stage.followed++)
    if (!(await sendFollow(stage.pool, stage.variant, pair))) unfinished++
  })
  const count = Math.round((pace.perSecond * pace.ms) / 1_000)
  const spent = partsOf(before, await stage.cpu(), count)
  const restMs = (partsOf(rest, before, 1).cpuMs * 4) / count
  return { p50: answeredP50, p99: answeredP99, ...spent, restMs, unfinished, perSecond }
}

async function pageWindow({ pool, cpu, people }: Stage, windowMs: number): Promise<Window> {
  const latencies: number[] = []
  const before = await cpu()
  const end = performance.now() + windowMs
  let i = 0
  async function reader(): Promise<void> {
    for (let at = performance.now(); at < end; at = performance.now()) {
      await readPage(pool, `person_${i++ % people.length}`)
      latencies.push(performance.now() - at)
    }
  }
  await Promise.all(Array.from({ length: READERS }, reader))
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    ...partsOf(before, await cpu(), sorted.length),
    perSecond: (sorted.length / windowMs) * 1_000,
  }
}

type Used = Record<string, number>

function partsOf(before: Used, after: Used, count: number): { cpuMs: number; parts: Used } {
  const parts = Object.fromEntries(
    Object.entries(after).map(([name, used]) => [name, (used - (before[name] ?? 0)) / count]),
  )
  return { cpuMs: Object.values(parts).reduce((sum, part) => sum + part, 0), parts }
}

const beyondRest = (windows: readonly FollowWindow[]) => windows.map(({ cpuMs, restMs }) => cpuMs - restMs)

function costOf(windows: readonly Window[]): Cost {
  const names = Object.keys(windows[0]?.parts ?? {})
  const middle = (name: string) => rounded(spread(windows.map(({ parts }) => parts[name] ?? 0)).median)
  return {
    p50: figure(windows.map(({ p50 }) => p50)),
    p99: figure(windows.map(({ p99 }) => p99)),
    cpuMs: figure(windows.map(({ cpuMs }) => cpuMs)),
    parts: Object.fromEntries(names.map((name) => [name, middle(name)])),
  }
}

function followCost(windows: readonly FollowWindow[]): FollowCost {
  return {
    ...costOf(windows),
    cpuMsBeyondRest: figure(beyondRest(windows)),
    unfinished: windows.reduce((sum, { unfinished }) => sum + unfinished, 0),
    perSecond: figure(windows.map(({ perSecond }) => perSecond)),
  }
}
