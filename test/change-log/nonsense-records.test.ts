import { expect, test } from 'vitest'
import { parseRecord } from '../../patterns/change-log/record.ts'
import { readPage } from '../../patterns/change-log/transports/feed-text.ts'
import { healingReader } from '../../patterns/change-log/transports/healing-reader.ts'
import { streamReader } from '../../patterns/change-log/transports/redis/reader.ts'
import type { LogReader } from '../../patterns/change-log/transports/transport.ts'
import { recordsOf } from './support/consumer-bed.ts'

const LOG = recordsOf('a1 |')
const feed: LogReader = {
  read: async ({ offset }) => ({ kind: 'records', records: LOG.slice(offset) }),
}
const [EVENT, CONTROL] = LOG.map((record) => JSON.stringify(record)) as [string, string]

/** What a bug, or somebody with access to Redis, may put in the place of a record. */
const NONSENSE = [
  'no JSON',
  'null',
  '[]',
  EVENT.replace('"offset":1', '"offset":"1"'),
  EVENT.replace('"offset":1', '"offset":-1'),
  EVENT.replace('"offset":1', '"offset":1e300'),
  EVENT.replace('"xid":"51"', '"xid":"x"'),
  EVENT.replace('"xid":"51"', '"xid":51'),
  EVENT.replace('"key":"a"', '"key":null'),
  EVENT.replace('"type":"test"', '"type":7'),
  EVENT.replace('"version":1', '"version":"1"'),
  EVENT.replace('"headers":{}', '"headers":null'),
  EVENT.replace('"touches":null', '"touches":"all"'),
  EVENT.replace('"time":0', '"time":"now"'),
  CONTROL.replace('"offset":2', '"offset":1').replace('102:102:', 'everything'),
  CONTROL.replace('"offset":2', '"offset":1').replace('"time"', '"copies":[{"source":"x"}],"time"'),
]

test.each(NONSENSE)('a transport that has %s for a record is healed from the feed', async (text) => {
  expect(text).not.toBe(EVENT)
  const stream = streamReader(
    async () => [
      [
        'log:users',
        [
          ['7-1', ['r', text]],
          ['7-2', ['r', CONTROL]],
        ],
      ],
    ],
    'log:users',
  )
  const page = await healingReader(stream, feed, () => {}).read({ epoch: 7, offset: 0 }, 10, 0)
  expect(page).toEqual({ kind: 'records', records: LOG })
  expect(() => readPage(`{"kind":"records","records":[${text}]}`, 0)).toThrow(
    /JSON|not the record of offset 1/,
  )
})

test('records are read as they were written', () => {
  expect([EVENT, CONTROL].map((text, i) => parseRecord({ offset: i + 1, text }))).toEqual(LOG)
})
