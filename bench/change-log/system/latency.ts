import { startIssuer } from '../../gateway/issuer.ts'
import { installBaselines } from '../../support/baselines.ts'
import { quantile, spread } from '../../support/statistics.ts'
import { runSql } from '../../system/sql.ts'
import type { BenchSettings } from '../arguments.ts'
import { figure, ratio, rounded, type Figure } from '../figures.ts'
import { openServers } from '../servers.ts'
import { CONSUMERS, consumers, type Consumer, type ConsumerName } from './consumers.ts'
import { renaming } from './mutations.ts'
import { sendPaced, type Pace, type PacedLoad } from './paced-load.ts'
import { delaysOf } from './delays.ts'
import { writePaced } from './transactions.ts'

const PEOPLE = 500
const WARM_UP_MS = 4_000

/** What writes: bare transactions in the service, or mutations through the gateway. */
export const LOADS = ['transactions', 'mutations'] as const
export type LoadName = (typeof LOADS)[number]

type Window = { p50: number; p99: number; cpuMs: number; parts: Record<string, number>; load: PacedLoad }
type Summary = {
  p50: Figure
  p99: Figure
  /** CPU ms of one write and its effect, in all processes except the load's and Redis. */
  cpuMs: Figure
  parts: Record<string, number>
  /** Of the load: rate reached, and time to the write's answer, ms. */
  perSecond: number
  answeredP50: number
  answeredP99: number
}
type LoadResult = {
  writesPerSecond: number
  consumers: Record<ConsumerName, Summary>
  ratioP50: Figure
  ratioP99: Figure
}
/** Time from the commit of a write to the commit of its effect in another database, ms. */
export type LatencyResult = Record<LoadName, LoadResult>

/** How long after a write its effect is committed elsewhere, with the whole system running. */
export async function measureLatency(
  { rounds, windowSeconds, writesPerSecond, mutationsPerSecond }: BenchSettings,
  log: (line: string) => void,
): Promise<LatencyResult> {
  await installBaselines(log)
  await using stack = new AsyncDisposableStack()
  const servers = stack.use(await openServers({ commitTimes: true }))
  const issuer = stack.use(await startIssuer())
  const rates = { transactions: writesPerSecond, mutations: mutationsPerSecond }
  const stages: { name: ConsumerName; consumer: Consumer; windows: Record<LoadName, Window[]> }[] = []
  for (const [i, name] of CONSUMERS.entries()) {
    const consumer = stack.use(await consumers[name]({ servers, issuer, people: PEOPLE, redisDatabase: i }))
    for (const load of LOADS) await measureWindow(consumer, load, { perSecond: rates[load], ms: WARM_UP_MS })
    log(`latency: ${name} is ready`)
    stages.push({ name, consumer, windows: { transactions: [], mutations: [] } })
  }
  for (let round = 1; round <= rounds; round++) {
    for (const load of LOADS) {
      for (const { name, consumer, windows } of stages) {
        const pace = { perSecond: rates[load], ms: windowSeconds * 1_000 }
        const window = await measureWindow(consumer, load, pace)
        windows[load].push(window)
        const { p50, p99, cpuMs } = window
        log(
          `latency, round ${round}: ${name} p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms, ${cpuMs.toFixed(2)} ms CPU, ${Math.round(window.load.perSecond)} ${load}/s`,
        )
      }
    }
  }
  const resultOf = (load: LoadName): LoadResult => {
    const of = (name: ConsumerName) => stages.find((stage) => stage.name === name)?.windows[load] ?? []
    const each = (name: ConsumerName, part: 'p50' | 'p99') => of(name).map((window) => window[part])
    return {
      writesPerSecond: rates[load],
      consumers: { ours: summarise(of('ours')), graphileWorker: summarise(of('graphileWorker')) },
      ratioP50: ratio(each('ours', 'p50'), each('graphileWorker', 'p50')),
      ratioP99: ratio(each('ours', 'p99'), each('graphileWorker', 'p99')),
    }
  }
  return { transactions: resultOf('transactions'), mutations: resultOf('mutations') }
}

async function measureWindow(
  { opened, effectsUrl, cpu }: Consumer,
  kind: LoadName,
  pace: Pace,
): Promise<Window> {
  const { system, people } = opened
  const usersUrl = system.databaseUrls.users
  for (const url of [usersUrl, effectsUrl]) await runSql(url, 'truncate version_written')
  let i = 0
  const before = await cpu()
  const load =
    kind === 'transactions'
      ? await writePaced(usersUrl, pace)
      : await sendPaced(system.gatewayUrl, pace, () => {
          const person = people[i % people.length]
          if (!person) throw new Error('nobody')
          // A name that was not used in the previous window, because an equal name is not a change.
          return { person, body: renaming(Date.now() * 1_000 + i++) }
        })
  const after = await cpu()
  const delays = await delaysOf(usersUrl, effectsUrl)
  const writes = delays.length
  const parts = Object.fromEntries(
    Object.entries(after).map(([name, used]) => [name, (used - (before[name] ?? 0)) / writes]),
  )
  const cpuMs = Object.values(parts).reduce((sum, part) => sum + part, 0)
  return { p50: quantile(delays, 0.5), p99: quantile(delays, 0.99), cpuMs, parts, load }
}

function summarise(windows: readonly Window[]): Summary {
  const middle = (values: readonly number[]) => rounded(spread(values).median)
  const parts = Object.keys(windows[0]?.parts ?? {}).map((part) => {
    return [part, middle(windows.map((window) => window.parts[part] ?? 0))] as const
  })
  return {
    p50: figure(windows.map(({ p50 }) => p50)),
    p99: figure(windows.map(({ p99 }) => p99)),
    cpuMs: figure(windows.map(({ cpuMs }) => cpuMs)),
    parts: Object.fromEntries(parts),
    perSecond: middle(windows.map(({ load }) => load.perSecond)),
    answeredP50: middle(windows.map(({ load }) => load.answeredP50)),
    answeredP99: middle(windows.map(({ load }) => load.answeredP99)),
  }
}
