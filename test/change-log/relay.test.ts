import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openConnection } from '../../patterns/change-log/owner/connection.ts'
import { bumpEpoch, checkLog } from '../../patterns/change-log/owner/epoch.ts'
import { openLogDatabase, PUT_BEHIND, tick, useXids, write } from './support/log-database.ts'
import { payloads, readEvents, runLog } from './support/running-log.ts'

const PROGRAM = join(import.meta.dirname, 'support/relay-process.ts')

/** A relay in another process. */
function spawnRelay(url: string) {
  const child = spawn(process.execPath, [PROGRAM, url], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const exited = once(child, 'exit')
  return {
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    said: () => text,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

test('a suspended relay loses leadership although it holds the lock, and is fenced when it resumes', async () => {
  await using log = await runLog()
  await using stopped = spawnRelay(log.database.url)
  await expect.poll(stopped.said).toContain('this relay takes the ticks')
  const other = log.relay([], { takeoverMs: 400 })
  await expect.poll(() => other.state).toBe('standby')
  await write(log.session.sql, 'k', 'before')
  await readEvents(log.feed, { epoch: log.epoch, offset: 0 }, 1)
  stopped.kill('SIGSTOP')
  await write(log.session.sql, 'k', 'meanwhile')
  await expect.poll(() => other.state).toBe('leading')
  await readEvents(log.feed, { epoch: log.epoch, offset: 0 }, 2)
  stopped.kill('SIGCONT')
  await expect.poll(stopped.said).toContain('another relay has taken over the ticks')
  await write(log.session.sql, 'k', 'after')
  const records = await readEvents(log.feed, { epoch: log.epoch, offset: 0 }, 3)
  expect(payloads(records)).toEqual(['before', 'meanwhile', 'after'])
  expect(records.map(({ offset }) => offset)).toEqual(records.map((_, i) => i + 1))
})

test('after a relay is killed, another one takes over and loses and repeats nothing', async () => {
  await using log = await runLog()
  await using killed = spawnRelay(log.database.url)
  await expect.poll(killed.said).toContain('this relay takes the ticks')
  const next = log.relay([], { takeoverMs: 60_000 })
  const names = Array.from({ length: 300 }, (_, i) => String(i))
  for (const name of names) {
    await write(log.session.sql, 'k', name)
    if (name === '150') killed.kill('SIGKILL')
  }
  const records = await readEvents(log.feed, { epoch: log.epoch, offset: 0 }, 300)
  expect(payloads(records)).toEqual(names)
  expect(records.map(({ offset }) => offset)).toEqual(records.map((_, i) => i + 1))
  expect(next.state).toBe('leading')
})

test('a reported commit without events causes a tick immediately', async () => {
  await using log = await runLog()
  log.relay([], { heartbeatMs: 600_000 })
  const ticks = () => log.session.sql<{ n: string }>('select n from tick')
  await expect.poll(ticks).toHaveLength(2)
  const [row] = await log.session.sql<{ xid: string }>('select pg_current_xact_id()::text as xid')
  log.written.raise()
  await expect.poll(ticks).toHaveLength(3)
  const [seen] = await log.session.sql(
    'select pg_visible_in_snapshot($1::text::xid8, cur) as seen from tick order by n desc limit 1',
    row?.xid,
  )
  expect(seen).toEqual({ seen: true })
})

test('the relay stops on a restored database, and this is logged once', async () => {
  await using log = await runLog()
  await log.session.sql("update log_state set timeline = '0000000F'")
  const relay = log.relay()
  await expect.poll(() => relay.state).toBe('refused')
  await write(log.session.sql, 'k', 'a')
  await log.session.sql("update log_state set timeline = '0000000E'")
  await expect.poll(() => log.said).toHaveLength(1)
  expect(log.said[0]).toContain('on another timeline')
  expect(await log.session.sql('select n from tick')).toHaveLength(1)
})

test('a log that was refused for its transaction ids stays refused until the epoch is raised, even after they have caught up', async () => {
  await using log = await runLog()
  const { sql } = log.session
  await tick(sql)
  await sql(PUT_BEHIND)
  const relay = log.relay()
  await expect.poll(() => relay.state).toBe('refused')
  await write(sql, 'k', 'behind')
  await useXids(sql, 1_100)
  await write(sql, 'k', 'caught up')
  const next = log.relay()
  await expect.poll(() => next.state).toBe('refused')
  expect(await sql('select n from tick')).toHaveLength(2)
  const epoch = await bumpEpoch(sql)
  await write(sql, 'k', 'after')
  await expect.poll(() => [relay.state, next.state].toSorted()).toEqual(['leading', 'standby'])
  expect(payloads(await readEvents(log.feed, { epoch, offset: 0 }, 1))).toEqual(['after'])
})

test('a conflict that a relay of the old epoch finds in a transport does not stop the new epoch', async () => {
  await using log = await runLog()
  const { sql } = log.session
  let looked = 0
  let epoch = 0
  const relay = log.relay([
    {
      name: 'copy',
      // Another relay has gone on in the new epoch, before this one begins to publish in its own.
      async top() {
        if (++looked === 1) return null
        epoch ||= await bumpEpoch(sql)
        return { epoch, offset: 1 }
      },
      append: async (of, records) => ({ epoch: of, offset: records.at(-1)?.offset ?? 0 }),
      reset: async () => {},
    },
  ])
  await expect.poll(() => looked).toBeGreaterThan(2)
  await expect.poll(() => relay.state).toBe('leading')
  expect(await checkLog(sql)).toEqual({ kind: 'ok' })
  await write(sql, 'k', 'after')
  expect(payloads(await readEvents(log.feed, { epoch, offset: 0 }, 1))).toEqual(['after'])
})

test('an unreachable database is retried, and this is logged once', async () => {
  await using log = await runLog()
  let tried = 0
  const relay = log.relay([], {
    connect: () => {
      tried++
      return Promise.reject(new Error('nobody there'))
    },
  })
  await expect.poll(() => tried).toBeGreaterThan(3)
  expect(relay.state).toBe('down')
  expect(log.said).toEqual(['the relay cannot use its database, retrying: Error: nobody there'])
})

test.each(['off', 'local', 'remote_apply'])('ticks are durable where the default is %s', async (setting) => {
  await using database = await openLogDatabase()
  const { client } = await database.session()
  await client.query(`set synchronous_commit = ${setting}`)
  await using connection = await openConnection(() => Promise.resolve(client))
  const settings = await connection.sql(
    "select current_setting('synchronous_commit') as durable, current_setting('enable_seqscan') as scans",
  )
  expect(settings).toEqual([{ durable: setting === 'remote_apply' ? setting : 'on', scans: 'off' }])
})
