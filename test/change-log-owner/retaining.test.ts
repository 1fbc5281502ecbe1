import { expect, test, vi } from 'vitest'
import { Client } from 'pg'
import { retentionLoop } from '../../patterns/change-log/owner/retention-loop.ts'
import { reportPosition } from '../../patterns/change-log/owner/registration.ts'
import { openLog, tick, write } from '../change-log/support/log-database.ts'
import { PATIENT } from './support/owned-log.ts'

test('rows that no consumer needs are deleted by the process whose relay leads', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  await write(sql, 'a', 'a1', 'a2')
  await tick(sql)
  await tick(sql)
  let [leading, asked, connections] = [false, 0, 0]
  await using _retaining = retentionLoop({
    connect: async () => {
      connections++
      const client = new Client({ connectionString: log.database.url })
      await client.connect()
      return client
    },
    leads: () => {
      asked++
      return leading
    },
    report: () => {},
    limits: { minAgeMs: 0, maxAgeMs: 60_000 },
    everyMs: 5,
  })
  await vi.waitFor(() => expect(asked).toBeGreaterThan(3), PATIENT)
  expect(connections).toBe(0)
  leading = true
  await vi.waitFor(async () => expect(await sql('select from outbox')).toEqual([]), PATIENT)
})

test('the expiry of a slow consumer is logged, and an unreachable database is logged once', async () => {
  await using log = await openLog()
  const { sql } = log.relay
  await write(sql, 'a', 'a1')
  await tick(sql)
  await reportPosition(sql, 'slow', { epoch: log.epoch, offset: 0 })
  const said: string[] = []
  let attempts = 0
  await using _retaining = retentionLoop({
    connect: async () => {
      if (++attempts <= 3) throw new Error('away')
      const client = new Client({ connectionString: log.database.url })
      await client.connect()
      return client
    },
    leads: () => true,
    report: (level, message) => void said.push(`${level}: ${message}`),
    limits: { minAgeMs: 0, maxAgeMs: 0 },
    everyMs: 5,
  })
  await vi.waitFor(() => expect(said.length).toBeGreaterThan(1), PATIENT)
  expect(said).toEqual([
    'warn: old events cannot be deleted, retrying: Error: away',
    expect.stringContaining('warn: the consumer slow is expired'),
  ])
})
