import { expect, test } from 'vitest'
import { publish } from '../../patterns/change-log/owner/publish.ts'
import { createSignal, FOREVER_MS } from '../../patterns/change-log/signal.ts'
import type { Publisher } from '../../patterns/change-log/transports/transport.ts'
import { openLog, tick, write } from './support/log-database.ts'

test('after a page that ends before a large tick, that tick follows immediately, then nothing until the next tick', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  await write(sql, 'k', 'small')
  await tick(sql)
  await sql(`insert into outbox (key, type, version, payload, touches, headers)
    select 'k', 'test', 1, to_json(i), null, '{}' from generate_series(1, 2001) i`)
  await tick(sql)

  const stop = new AbortController()
  const appended: number[] = []
  const [ticked, got] = [createSignal(), createSignal()]
  const publisher: Publisher = {
    name: 'a list',
    top: () => Promise.resolve(null),
    append(epoch, records) {
      appended.push(...records.map(({ offset }) => offset))
      got.raise()
      return Promise.resolve({ epoch, offset: appended.length })
    },
    reset: () => Promise.reject(new Error('nothing is missing')),
  }
  const until = async (offset: number) => {
    while (appended.length < offset) await got.after(got.count, 10_000)
  }
  const start = { epoch: log.epoch, offset: 0 }
  const publishing = publish({ sql, publisher, start, ticked, waitMs: FOREVER_MS }, stop.signal)
  await until(2_005)
  await write(sql, 'k', 'last')
  await tick(sql)
  ticked.raise()
  await until(2_007)
  stop.abort()
  await publishing
  expect(appended).toEqual(Array.from({ length: 2_007 }, (_, i) => i + 1))
})
