import { setTimeout as delay } from 'node:timers/promises'
import { createSignal, retain, type Signal } from '../../../patterns/change-log/index.ts'
import { createQueue } from '../../baselines/change-log/skip-locked.ts'
import { CREATE_XID_QUEUE, readByXid } from '../../baselines/change-log/xid-order.ts'
import { spread } from '../../support/statistics.ts'
import type { BenchSettings } from '../arguments.ts'
import { openBed, type Bed, type Session } from '../bed.ts'
import { insertMany } from '../events.ts'
import { rounded } from '../figures.ts'
import { runOurs } from '../relay/ours.ts'
import { idleBy, openReaders, runSkipLocked } from '../relay/theirs.ts'
import { lagMeter, type Second } from './lag.ts'

/** Events a second: all three readers keep up with it, while nothing else is open. */
const RATE = 5_000
const WRITE_EVERY_MS = 10
/** Retention of ours, which would be seconds apart in no real system; theirs deletes at once. Milliseconds. */
const RETAIN = { everyMs: 5_000, minAgeMs: 2_000 }

export const READERS = ['ours', 'skipLocked', 'xidOrder'] as const
export type ReaderName = (typeof READERS)[number]

/** Medians over the seconds of a phase; CPU of Postgres in ms a second. */
export type Phase = {
  lagP50: number
  lagP99: number
  worstLag: number
  publishedPerSecond: number
  postgresCpu: number
}
export type SteadyResult = {
  eventsPerSecond: number
  /** Seconds between which the transaction is open. */
  open: readonly [number, number]
  readers: Record<ReaderName, { before: Phase; open: Phase; after: Phase; seconds: Second[] }>
}

/** The same load for each reader, and a transaction that has written something and stays open in the middle of it. */
export async function measureSteady(
  { steadySeconds }: BenchSettings,
  log: (line: string) => void,
): Promise<SteadyResult> {
  await using bed = await openBed()
  const open = [Math.round(steadySeconds / 6), Math.round((steadySeconds * 5) / 6)] as const
  const readers: Partial<SteadyResult['readers']> = {}
  for (const name of READERS) {
    readers[name] = await watchReader(bed, name, steadySeconds, open)
    const { lagP99 } = readers[name].open
    log(`${name}: while a transaction was open, p99 of the lag was ${lagP99} ms`)
  }
  return { eventsPerSecond: RATE, open, readers: readers as SteadyResult['readers'] }
}

async function watchReader(bed: Bed, name: ReaderName, length: number, open: readonly [number, number]) {
  const idler = await bed.session('owner')
  const written = createSignal()
  const meter = lagMeter(() => performance.now())
  await idler.client.query('create table if not exists thing (n integer)')
  const cpu: number[] = []
  await using stack = new AsyncDisposableStack()
  stack.use(await startReader[name](bed, written, meter.published))
  stack.use(
    startWriter(await bed.session('owner'), name === 'ours' ? 'outbox' : 'queue', written, meter.written),
  )
  let before = await bed.usage()
  for (let second = 0; second < length; second++) {
    if (second === open[0]) {
      await idler.client.query('begin')
      await idler.client.query('insert into thing values (1)')
    }
    if (second === open[1]) await idler.client.query('commit')
    await delay(Math.max((second + 1 - meter.elapsed()) * 1_000, 0))
    meter.endSecond()
    const after = await bed.usage()
    cpu.push(after.postgres - before.postgres)
    before = after
  }
  const phase = (from: number, to: number) => phaseOf(meter.seconds.slice(from, to), cpu.slice(from, to))
  return {
    // The first seconds are the compiler's.
    before: phase(Math.min(3, open[0] - 1), open[0]),
    open: phase(...open),
    after: phase(open[1], length),
    seconds: meter.seconds,
  }
}

function phaseOf(seconds: readonly Second[], cpu: readonly number[]): Phase {
  const middle = (values: number[]) => rounded(spread(values).median)
  return {
    lagP50: middle(seconds.map(({ lagP50 }) => lagP50)),
    lagP99: middle(seconds.map(({ lagP99 }) => lagP99)),
    worstLag: Math.max(...seconds.map(({ lagP99 }) => lagP99)),
    publishedPerSecond: middle(seconds.map(({ published }) => published)),
    postgresCpu: middle([...cpu]),
  }
}

type StartReader = (
  bed: Bed,
  written: Signal,
  published: (events: number) => void,
) => Promise<AsyncDisposable>

const startReader: Record<ReaderName, StartReader> = {
  async ours(bed, written, published) {
    await using stack = new AsyncDisposableStack()
    stack.use(startRetention(await bed.session('owner')))
    const ticked = createSignal()
    stack.use(await runOurs(bed, { written, ticked }, published))
    while (ticked.count === 0) await ticked.after(0, 1_000)
    return stack.move()
  },
  async skipLocked(bed, written, published) {
    const [reader] = await openReaders(bed, 1)
    const { client } = await bed.session('owner')
    await client.query(createQueue('delete'))
    if (!reader) throw new Error('no reader')
    return runSkipLocked([reader], { way: 'delete', batch: 2_000, workers: 1 }, written, published)
  },
  async xidOrder(bed, written, published) {
    const [reader] = await openReaders(bed, 1)
    const { client } = await bed.session('owner')
    await client.query(CREATE_XID_QUEUE)
    if (!reader) throw new Error('no reader')
    const stop = new AbortController()
    const append = async (texts: readonly string[]) => {
      await reader.append(texts)
      published(texts.length)
    }
    const idle = idleBy(written, stop.signal)
    const running = readByXid({ sql: reader.sql, batch: 2_000, append, idle }, stop.signal)
    return {
      async [Symbol.asyncDispose]() {
        stop.abort()
        await running
      },
    }
  },
}

/** Writes at a constant rate, and catches up when it was held up. */
function startWriter(
  { sql }: Session,
  table: 'outbox' | 'queue',
  written: Signal,
  wrote: (events: number) => void,
): AsyncDisposable {
  const each = (RATE * WRITE_EVERY_MS) / 1_000
  const running = every(WRITE_EVERY_MS, async () => {
    await sql(insertMany(table), each)
    wrote(each)
    written.raise()
  })
  return running
}

function startRetention({ sql }: Session): AsyncDisposable {
  return every(RETAIN.everyMs, async () => {
    await retain(sql, { minAgeMs: RETAIN.minAgeMs, maxAgeMs: 3_600_000 })
  })
}

/** Does something at fixed times, one after the other, until disposed. */
function every(ms: number, run: () => Promise<void>): AsyncDisposable {
  const stop = new AbortController()
  const going = (async () => {
    for (let next = performance.now() + ms; !stop.signal.aborted; next += ms) {
      await delay(Math.max(next - performance.now(), 0), undefined, { signal: stop.signal }).catch(() => {})
      if (!stop.signal.aborted) await run()
    }
  })()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await going
    },
  }
}
