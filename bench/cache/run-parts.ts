import { figure, ratio, type Figure } from '../change-log/figures.ts'
import { quantile } from '../support/statistics.ts'
import type { BenchSettings, Part } from './arguments.ts'
import { openHitRatio, type HitWindow } from './hit-ratio.ts'
import { openInvalidation, type InvalidationWindow } from './invalidation.ts'
import { openCachedSystem } from './open-system.ts'
import { openWarmCpu, type CpuWindow } from './warm-cpu.ts'

/** Medians over the rounds, with the least and the greatest. Times in milliseconds. */
export type CacheResults = {
  /** Part of the pages that the cache had, in either level, and in the memory of the gateway. */
  hits?: { ratio: Figure; memory: Figure; reads: number; writes: number }
  /** From the commit of a write. */
  invalidation?: {
    /** Until no gateway served the old value. */
    gateways: { p50: Figure; p99: Figure }
    /** Until the event arrived in another process. */
    log: { p50: Figure; p99: Figure }
    /** The difference of the two p99 of a round. */
    beyondLog: Figure
    writesPerSecond: Figure
    writes: number
  }
  /** CPU of a page. */
  cpu?: { cached: Figure; postgraphile: Figure; ratio: Figure }
}

/** Each kind of window is warmed up by one that does not count. */
export async function runParts(
  parts: readonly Part[],
  { rounds, windowMs, users }: BenchSettings,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<CacheResults> {
  await using stack = new AsyncDisposableStack()
  const system = stack.use(await openCachedSystem(users, log))
  const has = (part: Part) => parts.includes(part)
  const hits = has('hits') ? await openHitRatio(system) : null
  const cpu = has('cpu') ? stack.use(await openWarmCpu(system, signal)) : null
  const invalidation = has('invalidation') ? await openInvalidation(system) : null
  const measured = {
    hits: [] as HitWindow[],
    invalidation: [] as InvalidationWindow[],
    cpu: [] as CpuWindow[],
  }
  for (let round = 0; round <= rounds; round++) {
    signal.throwIfAborted()
    const window = {
      hits: await hits?.(windowMs),
      cpu: await cpu?.window(windowMs),
      invalidation: await invalidation?.(windowMs),
    }
    if (round === 0) continue
    if (window.hits) measured.hits.push(window.hits)
    if (window.cpu) measured.cpu.push(window.cpu)
    if (window.invalidation) measured.invalidation.push(window.invalidation)
    log(`round ${round} of ${rounds} is done`)
  }
  return {
    ...(hits && { hits: hitsOf(measured.hits) }),
    ...(invalidation && { invalidation: invalidationOf(measured.invalidation) }),
    ...(cpu && { cpu: cpuOf(measured.cpu) }),
  }
}

function hitsOf(windows: readonly HitWindow[]): NonNullable<CacheResults['hits']> {
  const sum = (of: (window: HitWindow) => number) => windows.reduce((all, window) => all + of(window), 0)
  return {
    ratio: figure(windows.map(({ hits, reads }) => (hits.memory + hits.redis) / reads)),
    memory: figure(windows.map(({ hits, reads }) => hits.memory / reads)),
    reads: sum(({ reads }) => reads),
    writes: sum(({ writes }) => writes),
  }
}

function invalidationOf(windows: readonly InvalidationWindow[]): NonNullable<CacheResults['invalidation']> {
  const at = (of: 'gateways' | 'log', q: number) => windows.map((window) => quantile(window[of], q))
  const [gateways, log] = [at('gateways', 0.99), at('log', 0.99)]
  return {
    gateways: { p50: figure(at('gateways', 0.5)), p99: figure(gateways) },
    log: { p50: figure(at('log', 0.5)), p99: figure(log) },
    beyondLog: figure(gateways.map((p99, i) => p99 - (log[i] ?? Number.NaN))),
    writesPerSecond: figure(windows.map(({ perSecond }) => perSecond)),
    writes: windows.reduce((sum, window) => sum + window.log.length, 0),
  }
}

function cpuOf(windows: readonly CpuWindow[]): NonNullable<CacheResults['cpu']> {
  const [cached, postgraphile] = [windows.map((one) => one.cached), windows.map((one) => one.postgraphile)]
  return { cached: figure(cached), postgraphile: figure(postgraphile), ratio: ratio(cached, postgraphile) }
}
