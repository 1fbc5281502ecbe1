import {
  answerFeed,
  beginConsumer,
  consume,
  createSignal,
  feedReader,
  healingReader,
  insertEvents,
  startRelay,
  streamPublisher,
  streamReader,
} from '../../patterns/change-log/index.ts'
import { openBed, percentiles, usageOf, type Usage } from './bed.ts'
import { event, INSERT_MANY } from './events.ts'
import { counting, drain, listing, published, transactOf } from './flow.ts'
import { insertCost } from './insert.ts'

/**
 * The figures of patterns/change-log, on a durable Postgres and a Redis of their own: `node bench/change-log/run.ts`.
 * Prints one JSON object. Takes about a minute; needs Linux and a redis-server.
 */
const EVENTS = 300_000
const SINGLE = 1_000

await using bed = await openBed()
const clock = () => performance.now()
const [writer, feeding] = [await bed.session('owner'), await bed.session('owner')]
await writer.client.query('create table thing (id integer primary key, n integer not null default 0)')
await writer.client.query('insert into thing select i from generate_series(0, 999) i')
const state = await bed.session('consumer')
await state.client.query('create table counter (author text primary key, n bigint not null)')
await state.client.query('create table entry (id text primary key, payload text not null)')

const insert = await insertCost(bed)
await writer.client.query('truncate outbox')

// A backlog, copied to Redis by a relay that starts now. Ticks are paged by the offset, so one tick or many is the same.
for (let i = 0; i < EVENTS; i += 50_000) await writer.sql(INSERT_MANY, 50_000)
const [written, ticked] = [createSignal(), createSignal()]
const publisher = streamPublisher({ send: await bed.redis(), key: 'log:bench', keep: EVENTS * 2 })
const report = (level: string, message: string) => level !== 'info' && console.error(message)
const watching = await bed.redis()
let before = await usageOf(writer, watching)
const relay = startRelay({
  connect: () => bed.connect('owner'),
  written,
  ticked,
  publishers: [publisher],
  report,
  clock,
})
const started = clock()
await published(publisher, EVENTS)
const relayed = await figures(clock() - started)
const epoch = (await publisher.top())?.epoch ?? 0

const get = async (url: string) =>
  (await answerFeed({ sql: feeding.sql, ticked, clock }, new URL(url).searchParams)).body
const feed = feedReader('http://feed/', get)
const from = { epoch, offset: 1 }
const stream = healingReader(streamReader(await bed.redis(), 'log:bench'), feed, () => {})
const effects = await figures(await drain(bed, 'effects', stream, from, EVENTS, listing, 1_000))
const counts = await figures(await drain(bed, 'counts', stream, from, EVENTS, counting, 5_000))
const countsFromFeed = await figures(await drain(bed, 'counts-feed', feed, from, EVENTS, counting, 5_000))

// One event at a time: from its commit to the tick, to Redis, and to the consumer's commit.
const working = await bed.session('consumer')
const name = { consumer: 'single', source: 'bench' }
await beginConsumer(working.sql, name, (await publisher.top()) ?? from)
const stop = new AbortController()
let applied = Promise.withResolvers<void>()
const consuming = consume(
  {
    name,
    reader: healingReader(streamReader(await bed.redis(), 'log:bench'), feed, () => {}),
    sql: state.sql,
    transact: transactOf(working),
    handler: counting,
    report,
    applied: (batch) => batch.applied > 0 && applied.resolve(),
  },
  stop.signal,
)
const [toTick, toEffect]: number[][] = [[], []]
for (let i = 0; i < SINGLE; i++) {
  applied = Promise.withResolvers()
  await insertEvents(writer.sql, [event(i)], () => null)
  const committed = clock()
  const seen = ticked.count
  written.raise()
  void ticked.after(seen, 1_000).then(() => toTick?.push(clock() - committed))
  await applied.promise
  toEffect?.push(clock() - committed)
}
stop.abort()
await consuming
await relay[Symbol.asyncDispose]()

/** Of the phase that has just ended: events a second, and CPU of each event in µs. */
async function figures(ms: number) {
  const after = await usageOf(writer, watching)
  const each = (of: keyof Usage) => Math.round(((after[of] - before[of]) / EVENTS) * 10_000) / 10
  const cpuUs = { node: each('node'), postgres: each('postgres'), redis: each('redis') }
  before = after
  return { perSecond: Math.round((EVENTS / ms) * 1_000), cpuUs }
}

console.log(
  JSON.stringify(
    {
      events: EVENTS,
      outboxInsert: insert,
      relayed,
      effects,
      counts,
      countsFromFeed,
      commitToTickMs: percentiles(toTick ?? []),
      commitToEffectMs: percentiles(toEffect ?? []),
    },
    null,
    2,
  ),
)
