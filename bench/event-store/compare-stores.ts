import { figure, ratio, type Figure } from '../change-log/figures.ts'
import type { Servers } from '../change-log/servers.ts'
import { quantile } from '../support/statistics.ts'
import { treeCpu } from '../system/cpu.ts'
import type { BenchSettings } from './arguments.ts'
import { openStore, STORES, type Addition, type Store, type StoreName } from './stores.ts'

/** Operations at a time. */
const CONCURRENCY = 8
/** Streams of an operation on many. */
const MANY = 100
/** Events of each stream that is read. */
const EVENTS = 5
/** Streams that are read. */
const READ = 2_000

export const OPERATIONS = ['append', 'appendToMany', 'fold', 'foldMany'] as const
export type Operation = (typeof OPERATIONS)[number]

/** Latency of an operation, ms; CPU µs of this process and of Postgres together. */
type Cost = { perSecond: Figure; p50: Figure; p99: Figure; cpuUs: Figure }
export type StoresResult = Record<Operation, Record<StoreName, Cost> & { ratio: Figure }>

type Window = { perSecond: number; p50: number; p99: number; cpuUs: number }
type Stage = { store: Store; operations: Record<Operation, (i: number) => Promise<unknown>> }

/** Appends and reads, beside another store, each on a database of its own in the same Postgres. */
export async function compareStores(
  servers: Servers,
  { rounds, windowMs }: BenchSettings,
  log: (line: string) => void,
): Promise<StoresResult> {
  await using stack = new AsyncDisposableStack()
  const stages = {} as Record<StoreName, Stage>
  for (const name of STORES) stages[name] = await prepare(stack.use(await openStore(servers, name)))
  const result = {} as StoresResult
  for (const operation of OPERATIONS) {
    const windows: Record<StoreName, Window[]> = { ours: [], castore: [] }
    // Round 0 is a warm-up.
    for (let round = 0; round <= rounds; round++) {
      for (const name of STORES) {
        const window = await measureWindow(servers, stages[name].operations[operation], windowMs)
        if (round > 0) windows[name].push(window)
        log(`${operation}, round ${round}: ${name} ${Math.round(window.perSecond)}/s`)
      }
    }
    const rates = (name: StoreName) => windows[name].map(({ perSecond }) => perSecond)
    result[operation] = {
      ours: costOf(windows.ours),
      castore: costOf(windows.castore),
      ratio: ratio(rates('ours'), rates('castore')),
    }
  }
  return result
}

/** Writes the streams that are read, and checks that they are read right. */
async function prepare(store: Store): Promise<Stage> {
  const streams = Array.from({ length: READ }, (_, i) => `read-${i}`)
  for (let version = 0; version < EVENTS; version++) {
    for (let from = 0; from < READ; from += MANY) {
      const some = streams.slice(from, from + MANY)
      await store.appendToMany(some.map((stream) => ({ stream, expectedVersion: version, n: version })))
    }
  }
  const sums = await store.fold(streams)
  const sum = (EVENTS * (EVENTS - 1)) / 2
  if (sums.some((one) => one !== sum)) throw new Error('a stream was not read as it was written')

  const versions = new Map<string, number>()
  function addTo(stream: string): Addition {
    const expectedVersion = versions.get(stream) ?? 0
    versions.set(stream, expectedVersion + 1)
    return { stream, expectedVersion, n: 1 }
  }
  const some = (prefix: string, i: number) =>
    Array.from({ length: MANY }, (_, k) => addTo(`${prefix}-${(i % (CONCURRENCY * 20)) * MANY + k}`))
  return {
    store,
    operations: {
      append: (i) => store.append(addTo(`one-${i % 1_000}`)),
      appendToMany: (i) => store.appendToMany(some('many', i)),
      fold: (i) => store.fold([streams[i % READ] ?? '']),
      foldMany: (i) => store.fold(streams.slice((i * MANY) % READ, ((i * MANY) % READ) + MANY)),
    },
  }
}

async function measureWindow(
  { postmaster }: Servers,
  run: (i: number) => Promise<unknown>,
  windowMs: number,
): Promise<Window> {
  const latencies: number[] = []
  const [own, postgres] = [process.cpuUsage(), await treeCpu(postmaster)]
  const began = performance.now()
  let i = 0
  async function worker(): Promise<void> {
    for (let at = performance.now(); at - began < windowMs;) {
      await run(i++)
      const now = performance.now()
      latencies.push(now - at)
      at = now
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  const ms = performance.now() - began
  const { user, system } = process.cpuUsage(own)
  const cpuMs = (user + system) / 1_000 + (await treeCpu(postmaster)) - postgres
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    perSecond: (sorted.length / ms) * 1_000,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
    cpuUs: (cpuMs / sorted.length) * 1_000,
  }
}

function costOf(windows: readonly Window[]): Cost {
  const of = (part: keyof Window) => figure(windows.map((window) => window[part]))
  return { perSecond: of('perSecond'), p50: of('p50'), p99: of('p99'), cpuUs: of('cpuUs') }
}
