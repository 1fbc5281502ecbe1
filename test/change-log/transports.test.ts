import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bumpEpoch, keepEpoch } from '../../patterns/change-log/owner/epoch.ts'
import { healingReader } from '../../patterns/change-log/transports/healing-reader.ts'
import { streamPublisher } from '../../patterns/change-log/transports/redis/publisher.ts'
import { streamReader } from '../../patterns/change-log/transports/redis/reader.ts'
import type { LogReader, Publisher } from '../../patterns/change-log/transports/transport.ts'
import { write } from './support/log-database.ts'
import { openRedis, type TestRedis } from './support/redis.ts'
import { payloads, readEvents, runLog, type RunningLog } from './support/running-log.ts'

let redis: TestRedis
beforeAll(async () => {
  redis = await openRedis()
})
afterAll(() => redis[Symbol.asyncDispose]())

/** A transport of a log: what its relay publishes to, and how it is read. A new one, for example NATS, is added here. */
type Transport = {
  publishers: Publisher[]
  reader: LogReader
  /** The reader that consumers have, for what a transport need not hold. */
  healed: LogReader
}

const TRANSPORTS: Record<string, (log: RunningLog) => Promise<Transport>> = {
  feed: async (log) => ({ publishers: [], reader: log.feed, healed: log.feed }),
  redis: async (log) => {
    const key = `log:${randomBytes(6).toString('hex')}`
    const [sending, reading] = [await redis.connect(), await redis.connect()]
    const reader = streamReader(reading, key)
    const healed = healingReader(reader, log.feed, () => {})
    return { publishers: [streamPublisher({ send: sending, key })], reader, healed }
  },
}

describe.each(Object.keys(TRANSPORTS))('a log read through %s', (name) => {
  const open = (log: RunningLog) => (TRANSPORTS[name] as (log: RunningLog) => Promise<Transport>)(log)

  test('has every event once and in order, without gaps, with concurrent writers', async () => {
    await using log = await runLog()
    const { publishers, reader } = await open(log)
    log.relay(publishers)
    const writers = await Promise.all([1, 2, 3, 4].map(() => log.database.session()))
    const reading = readEvents(reader, { epoch: log.epoch, offset: 0 }, 400)
    await Promise.all(
      writers.map(async ({ sql }, w) => {
        for (let i = 0; i < 100; i++) {
          await write(sql, `key${w}`, `${w}.${i}`)
          log.written.raise()
        }
      }),
    )
    const records = await reading
    expect(records.map(({ offset }) => offset)).toEqual(records.map((_, i) => i + 1))
    for (const w of [0, 1, 2, 3]) {
      const ofKey = payloads(records).filter((payload) => String(payload).startsWith(`${w}.`))
      expect(ofKey).toEqual(Array.from({ length: 100 }, (_, i) => `${w}.${i}`))
    }
  })

  test('wakes its reader when something is written, and is the same from any offset', async () => {
    await using log = await runLog()
    const { publishers, reader } = await open(log)
    log.relay(publishers)
    const waiting = readEvents(reader, { epoch: log.epoch, offset: 0 }, 3)
    await write(log.session.sql, 'k', 'a', 'b', 'c')
    log.written.raise()
    const records = await waiting
    expect(payloads(records)).toEqual(['a', 'b', 'c'])
    const at = records.findIndex(({ kind }) => kind === 'event') + 1
    for (const skip of [0, 1, 2]) {
      const after = { epoch: log.epoch, offset: at + skip - 1 }
      expect(payloads(await readEvents(reader, after, 3 - skip))).toEqual(['a', 'b', 'c'].slice(skip))
    }
  })

  test('has heartbeats while nothing is written', async () => {
    await using log = await runLog()
    const { publishers, reader } = await open(log)
    log.relay(publishers, { heartbeatMs: 10 })
    for (let at = { epoch: log.epoch, offset: 1 }; at.offset < 5; at = { ...at, offset: at.offset + 1 }) {
      const page = await reader.read(at, 1, 2_000)
      expect(page).toMatchObject({ kind: 'records', records: [{ kind: 'control', offset: at.offset + 1 }] })
    }
  })

  test('reports a new epoch to its reader', async () => {
    await using log = await runLog()
    const { publishers, reader } = await open(log)
    const relay = log.relay(publishers)
    await write(log.session.sql, 'k', 'a')
    const records = await readEvents(reader, { epoch: log.epoch, offset: 0 }, 1)
    await relay[Symbol.asyncDispose]()
    const epoch = await bumpEpoch(log.session.sql)
    await write(log.session.sql, 'k', 'b')
    log.relay(publishers)
    expect(payloads(await readEvents(reader, { epoch, offset: 0 }, 1))).toEqual(['b'])
    const last = { epoch: log.epoch, offset: records.length }
    const page = await reader.read(last, 100, 1_000)
    // The transport may still hold a heartbeat of the old epoch.
    const next =
      page.kind === 'records'
        ? await reader.read({ ...last, offset: last.offset + page.records.length }, 100, 1_000)
        : page
    expect(next).toEqual({ kind: 'other-epoch', epoch })
  })

  test('is the same with two relays, one of which is disconnected repeatedly', async () => {
    await using log = await runLog()
    const { publishers, healed } = await open(log)
    // Each takes over at once: the lock never holds one back.
    log.relay(publishers, { takeoverMs: 0 })
    log.relay(publishers, { takeoverMs: 0 })
    await expect.poll(() => log.said.join()).toContain('another relay has taken over the ticks')
    const reading = readEvents(healed, { epoch: log.epoch, offset: 0 }, 300)
    const killer = await log.database.session()
    let killed = 0
    for (let i = 0; i < 300; i++) {
      await write(log.session.sql, 'k', String(i))
      log.written.raise()
      if (i % 50 === 25) killed += (await killer.sql(KILL_ONE)).length
    }
    const records = await reading
    expect(records.map(({ offset }) => offset)).toEqual(records.map((_, i) => i + 1))
    expect(payloads(records)).toEqual(Array.from({ length: 300 }, (_, i) => String(i)))
    expect(killed).toBeGreaterThan(0)
    for (const publisher of publishers) {
      await expect.poll(async () => (await publisher.top())?.offset).toBeGreaterThanOrEqual(records.length)
    }
  })
})

/** Ends one connection of a relay, of those that take ticks or of those that copy the log. */
const KILL_ONE = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and application_name = 'relay' limit 1`

describe('a Redis stream', () => {
  async function stream() {
    const key = `log:${randomBytes(6).toString('hex')}`
    const [send, reading] = [await redis.connect(), await redis.connect()]
    return { key, send, publisher: streamPublisher({ send, key }), reader: streamReader(reading, key) }
  }
  const records = (from: number, to: number, text = 'first') =>
    Array.from({ length: to - from + 1 }, (_, i) => ({
      offset: from + i,
      text: JSON.stringify({ offset: from + i, text }),
    }))

  test('accepts only records that follow its last one', async () => {
    const { publisher, send, key } = await stream()
    expect(await publisher.top()).toBeNull()
    expect(await publisher.append(5, records(10, 12))).toEqual({ epoch: 5, offset: 12 })
    // A late relay: the same again, an overlap, a hole.
    expect(await publisher.append(5, records(10, 12, 'second'))).toEqual({ epoch: 5, offset: 12 })
    expect(await publisher.append(5, records(11, 14, 'second'))).toEqual({ epoch: 5, offset: 12 })
    expect(await publisher.append(5, records(14, 15, 'second'))).toEqual({ epoch: 5, offset: 12 })
    expect(await publisher.append(4, records(13, 13, 'second'))).toEqual({ epoch: 5, offset: 12 })
    expect(await publisher.append(5, records(13, 13))).toEqual({ epoch: 5, offset: 13 })
    expect(await publisher.append(6, records(1, 2))).toEqual({ epoch: 6, offset: 2 })
    expect(await publisher.append(5, records(14, 14, 'second'))).toEqual({ epoch: 6, offset: 2 })
    const entries = JSON.stringify(await send(['XRANGE', key, '-', '+']))
    expect(entries.match(/\d+-\d+/g)).toEqual(['5-10', '5-11', '5-12', '5-13', '6-1', '6-2'])
    expect(entries).not.toContain('second')
  })

  test('that was emptied accepts any later record, never an earlier one', async () => {
    const { publisher } = await stream()
    await publisher.append(5, records(10, 12))
    await publisher.reset()
    expect(await publisher.top()).toBeNull()
    await expect(publisher.append(5, records(11, 11))).rejects.toThrow('equal or smaller')
    expect(await publisher.append(5, records(40, 41))).toEqual({ epoch: 5, offset: 41 })
  })

  test('that lost everything is filled again, and readers get the missing records from the feed', async () => {
    await using log = await runLog()
    const { publisher, send, key, reader } = await stream()
    log.relay([publisher])
    let healed = 0
    const healing = healingReader(reader, log.feed, (count) => (healed += count))
    await write(log.session.sql, 'k', 'a', 'b')
    await readEvents(healing, { epoch: log.epoch, offset: 0 }, 2)
    await send(['DEL', key])
    await write(log.session.sql, 'k', 'c')
    log.written.raise()
    expect(payloads(await readEvents(healing, { epoch: log.epoch, offset: 0 }, 3))).toEqual(['a', 'b', 'c'])
    expect(healed).toBeGreaterThan(0)
    // And the stream itself goes on.
    const top = await publisher.top()
    await write(log.session.sql, 'k', 'd')
    log.written.raise()
    expect(payloads(await readEvents(reader, top ?? { epoch: 0, offset: 0 }, 1))).toEqual(['d'])
  })

  test('that cannot be reached does not affect the feed', async () => {
    await using log = await runLog()
    let tried = 0
    const broken = async () => {
      tried++
      throw new Error('no connection')
    }
    log.relay([streamPublisher({ send: broken, key: 'x' })])
    const healing = healingReader(streamReader(broken, 'x'), log.feed, () => {})
    await write(log.session.sql, 'k', 'a')
    expect(payloads(await readEvents(healing, { epoch: log.epoch, offset: 0 }, 1))).toEqual(['a'])
    await expect.poll(() => tried).toBeGreaterThan(5)
    expect(log.said.filter((message) => message.includes('no connection'))).toHaveLength(1)
  })

  test('that does not respond does not affect the feed or the stop of the relay', async () => {
    await using log = await runLog()
    const hanging = () => new Promise(() => {})
    const relay = log.relay([streamPublisher({ send: hanging, key: 'x' })])
    const healing = healingReader(streamReader(hanging, 'x'), log.feed, () => {})
    await write(log.session.sql, 'k', 'a')
    expect(payloads(await readEvents(healing, { epoch: log.epoch, offset: 0 }, 1))).toEqual(['a'])
    await relay[Symbol.asyncDispose]()
  })

  test('that is ahead of the log, because of lost commits, stops the relay until the epoch is raised', async () => {
    await using log = await runLog()
    const { publisher, send, key } = await stream()
    await publisher.append(log.epoch, records(1, 50))
    const relay = log.relay([publisher])
    await expect.poll(() => relay.state).toBe('refused')
    expect(log.said.join()).toContain(`holds offset 50 of epoch ${log.epoch}, which the log does not`)
    expect(log.said).toHaveLength(1)
    // As when Redis is started anew, and then the service.
    await send(['DEL', key])
    const next = log.relay([publisher])
    await expect.poll(() => next.state).toBe('refused')
    expect(await log.session.sql('select n from tick')).toHaveLength(1)
    const epoch = await bumpEpoch(log.session.sql)
    await write(log.session.sql, 'k', 'a')
    await expect.poll(() => [relay.state, next.state].toSorted()).toEqual(['leading', 'standby'])
    expect(payloads(await readEvents(log.feed, { epoch, offset: 0 }, 1))).toEqual(['a'])
  })

  test('of another log stops the relay until the log has its own Redis and the epoch is kept', async () => {
    await using log = await runLog()
    const { publisher, send, key } = await stream()
    await publisher.append(log.epoch + 1, records(1, 5))
    const relay = log.relay([publisher])
    await expect.poll(() => relay.state).toBe('refused')
    await write(log.session.sql, 'k', 'a')
    await send(['DEL', key])
    expect(await keepEpoch(log.session.sql)).toBe(true)
    await expect.poll(() => relay.state).toBe('leading')
    expect(payloads(await readEvents(log.feed, { epoch: log.epoch, offset: 0 }, 1))).toEqual(['a'])
  })
})
