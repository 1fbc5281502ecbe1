import type { Sql } from '../../contracts/sql.ts'
import {
  serveFeed,
  createSignal,
  feedReader,
  healingReader,
  streamPublisher,
  streamReader,
  startRelay,
  type EventRecord,
  type Handler,
  type LogReader,
  type Position,
} from '../../patterns/change-log/index.ts'
import { CREATE_INBOX, drainPlainly, withInbox, type ApplyPage } from '../baselines/change-log/inbox.ts'
import type { BenchSettings } from './arguments.ts'
import { openBed, type Bed } from './bed.ts'
import { insertMany } from './events.ts'
import { costFigure, costOf, ratio, type Cost, type CostFigure, type Figure } from './figures.ts'
import { counting, drain, listing } from './flow.ts'

const EVENTS = 200_000
const BATCH = { effects: 1_000, counts: 5_000 }
const CONTENDERS = ['effects', 'effectsByInbox', 'counts', 'countsUnguarded', 'countsFromFeed'] as const
type Contender = (typeof CONTENDERS)[number]

export type ConsumerResult = Record<Contender, CostFigure> & {
  events: number
  /** Inserts a row per event: throughput, change log / inbox. */
  effectsRatio: Figure
  /** Counter projection: throughput with / without the offset check. Without it, events may be counted twice. */
  countsRatio: Figure
}

/** Throughput of exactly-once consumption from Redis, and what it costs. */
export async function measureConsumer(
  { rounds }: BenchSettings,
  log: (line: string) => void,
): Promise<ConsumerResult> {
  await using bed = await openBed()
  const { client, sql } = await bed.session('consumer')
  await client.query('create table counter (author text primary key, n bigint not null)')
  await client.query('create table entry (id text primary key, payload text not null)')
  await client.query(CREATE_INBOX)
  const from = await publishBacklog(bed)
  const stage = { bed, sql, from, stream: await openStream(bed), feed: await openFeed(bed) }
  const costs = Object.fromEntries(CONTENDERS.map((name) => [name, [] as Cost[]])) as Record<
    Contender,
    Cost[]
  >
  for (let round = 0; round <= rounds; round++) {
    for (const name of CONTENDERS) {
      await client.query('truncate counter, entry, inbox')
      const cost = await costOf(bed, EVENTS, () => drains[name](stage, `${name}-${round}`))
      await requireComplete(sql, name)
      // Round 0 is a warm-up (JIT).
      if (round > 0) costs[name].push(cost)
      log(`consumer, round ${round}: ${name} ${Math.round(cost.perSecond)}/s`)
    }
  }
  const rates = (name: Contender) => costs[name].map(({ perSecond }) => perSecond)
  const figures = CONTENDERS.map((name) => [name, costFigure(costs[name])] as const)
  return {
    events: EVENTS,
    ...(Object.fromEntries(figures) as Record<Contender, CostFigure>),
    effectsRatio: ratio(rates('effects'), rates('effectsByInbox')),
    countsRatio: ratio(rates('counts'), rates('countsUnguarded')),
  }
}

type Stage = { bed: Bed; sql: Sql; from: Position; stream: LogReader; feed: LogReader }

const drains: Record<Contender, (stage: Stage, name: string) => Promise<number>> = {
  effects: (stage, name) => ours(stage, name, stage.stream, listing, BATCH.effects),
  counts: (stage, name) => ours(stage, name, stage.stream, counting, BATCH.counts),
  countsFromFeed: (stage, name) => ours(stage, name, stage.feed, counting, BATCH.counts),
  effectsByInbox: (stage) => {
    const effects = (events: readonly unknown[]) => listing.apply(stage.sql, events as readonly EventRecord[])
    return plain(stage, BATCH.effects, withInbox(stage.sql, effects))
  },
  countsUnguarded: (stage) =>
    plain(stage, BATCH.counts, (events) => counting.apply(stage.sql, events as readonly EventRecord[])),
}

function ours({ bed, from }: Stage, name: string, reader: LogReader, handler: Handler, batch: number) {
  return drain(bed, name, reader, from, from.offset + EVENTS, handler, batch)
}

async function plain({ stream, from }: Stage, batch: number, apply: ApplyPage): Promise<number> {
  const started = performance.now()
  const read = async (offset: number) => {
    const page = await stream.read({ epoch: from.epoch, offset }, batch, 2_000)
    if (page.kind !== 'records') throw new Error(`the log is ${page.kind}`)
    return page.records
  }
  await drainPlainly(read, from.offset, from.offset + EVENTS, apply)
  return performance.now() - started
}

/** Returns the position before the first event. */
async function publishBacklog(bed: Bed): Promise<Position> {
  const { sql } = await bed.session('owner')
  for (let i = 0; i < EVENTS; i += 50_000) await sql(insertMany('outbox'), 50_000)
  const publisher = streamPublisher({ send: await bed.redis(), key: 'log:owner', keep: EVENTS * 2 })
  const { promise, resolve } = Promise.withResolvers<Position>()
  const watched: typeof publisher = {
    ...publisher,
    async append(epoch, records) {
      const top = await publisher.append(epoch, records)
      if (top.offset >= EVENTS) resolve(top)
      return top
    },
  }
  await using _ = startRelay({
    connect: () => bed.connect('owner'),
    written: createSignal(),
    ticked: createSignal(),
    publishers: [watched],
    report: (level, message) => level !== 'info' && console.error(message),
    clock: () => performance.now(),
  })
  const { epoch } = await promise
  return { epoch, offset: await firstOffset(sql) }
}

/** A log begins with the control record of an empty tick. */
async function firstOffset(sql: Sql): Promise<number> {
  const [row] = await sql<{ base: string }>('select base from tick where cnt > 0 order by n limit 1')
  return Number(row?.base) - 1
}

async function openStream(bed: Bed): Promise<LogReader> {
  return healingReader(streamReader(await bed.redis(), 'log:owner'), await openFeed(bed), () => {})
}

async function openFeed(bed: Bed): Promise<LogReader> {
  const { sql } = await bed.session('owner')
  const options = { sql, ticked: createSignal(), clock: () => performance.now() }
  return feedReader('http://feed/', async (url) => {
    const { body } = await serveFeed(options, new URL(url).searchParams)
    return body
  })
}

async function requireComplete(sql: Sql, name: Contender): Promise<void> {
  const [row] = await sql<{ n: string }>(
    'select (select count(*) from entry) + (select coalesce(sum(n), 0) from counter) as n',
  )
  if (Number(row?.n) !== EVENTS) throw new Error(`${name} applied ${row?.n} of ${EVENTS} events`)
}
