import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import type { Sql } from '../../contracts/sql.ts'
import { watchRevocations } from '../../gateway/auth/revocations.ts'
import { createTransport } from '../../gateway/subgraph-client/create-transport.ts'
import {
  bumpEpoch,
  insertEvents,
  retain,
  redisTransport,
  type SendCommand,
} from '../../patterns/change-log/index.ts'
import { createLog } from '../../platform/log.ts'
import { connectRedis } from '../../platform/redis/connect.ts'
import { ownRedis } from '../change-log-owner/support/own-redis.ts'
import { pretendRestored, untilReported } from '../change-log-owner/support/owned-log.ts'
import { internalSecret, openSql, startService } from '../change-log-owner/support/service.ts'
import { freshDatabase } from '../support/database.ts'
import { WITHIN } from '../support/timeout.ts'

const quiet = createLog('gateway', { LOG_LEVEL: 'silent' })

/** The users service, its database, and a gateway's list of ended sessions. */
async function setUp(env: Record<string, string> = {}) {
  const stack = new AsyncDisposableStack()
  const database = stack.use(await freshDatabase('users'))
  const { sql } = stack.use(await openSql(database.url))
  const service = stack.use(await startService('users', { databaseUrl: database.url, env }))
  await untilReported(service, 'log', /^leading/)
  const user = randomUUID()
  await sql(
    "insert into users (id, handle, name, bio, created_at) values ($1, 'ann', 'Ann', '', now())",
    user,
  )
  const watch = async (send: SendCommand | null = null) => {
    const transport = stack.use(createTransport('own'))
    const watching = await watchRevocations({
      usersUrl: `${service.url}/graphql`,
      transport,
      logTransport: send && redisTransport(send),
      secret: internalSecret,
      clock: () => Date.now(),
      log: quiet,
      timeoutMs: 2_000,
    })
    return stack.use(watching)
  }
  /** Adds a session that ends in the transaction of `tx`. @param ago age of the end time when it is written, in milliseconds */
  const end = async (tx: Sql, ago = 0) => {
    const id = randomUUID()
    await tx(
      `insert into session (id, user_id, created_at, ended_at)
       values ($1, $2, now(), now() - make_interval(secs => $3::float8 / 1000))`,
      id,
      user,
      ago,
    )
    const payload = { sessionId: id, userId: user }
    await insertEvents(
      tx,
      [{ key: `session_${id}`, type: 'session.ended', version: 1, payload, touches: [] }],
      () => null,
    )
    return id
  }
  return {
    database,
    service,
    sql,
    watch,
    end,
    defer: (close: () => Promise<void>) => stack.defer(close),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

type Watch = Awaited<ReturnType<Awaited<ReturnType<typeof setUp>>['watch']>>
const seen = ({ isRevoked }: Watch, id: string) => vi.waitFor(() => expect(isRevoked(id)).toBe(true), WITHIN)

test('a session whose end commits long after others is rejected from its commit on', async () => {
  await using bed = await setUp()
  const watch = await bed.watch()
  await using late = await openSql(bed.database.url)
  await late.sql('begin')
  const first = await bed.end(late.sql, 60_000)
  // Other sessions begin and end in the meantime. The gateway sees them.
  for (const _ of [1, 2, 3]) await seen(watch, await bed.end(bed.sql))
  expect(watch.isRevoked(first)).toBe(false)
  await late.sql('commit')
  await seen(watch, first)
  await watch.current()
})

test('an end that is uncommitted while the list is first read is not missed', async () => {
  await using bed = await setUp()
  await using late = await openSql(bed.database.url)
  await late.sql('begin')
  const open = await bed.end(late.sql, 60_000)
  const before = await bed.end(bed.sql)
  const watch = await bed.watch()
  await watch.known()
  expect([watch.isRevoked(before), watch.isRevoked(open)]).toEqual([true, false])
  await late.sql('commit')
  await seen(watch, open)
})

test('a rolled back transaction ends no session', async () => {
  await using bed = await setUp()
  const watch = await bed.watch()
  await using late = await openSql(bed.database.url)
  await late.sql('begin')
  const kept = await bed.end(late.sql)
  await late.sql('rollback')
  await seen(watch, await bed.end(bed.sql))
  expect(watch.isRevoked(kept)).toBe(false)
})

test('during a restart of users, known ends are kept, and later ones are received', async () => {
  await using bed = await setUp()
  const watch = await bed.watch()
  const before = await bed.end(bed.sql)
  await seen(watch, before)
  await bed.service.process.stop()
  await vi.waitFor(
    () => expect(watch.current()).rejects.toThrow(/^the list of revoked sessions is out of date: /),
    WITHIN,
  )
  const away = await bed.end(bed.sql)
  await watch.known()
  expect([watch.isRevoked(before), watch.isRevoked(away)]).toEqual([true, false])
  await bed.service.process.start()
  await seen(watch, away)
  await seen(watch, await bed.end(bed.sql))
  await vi.waitFor(() => watch.current(), WITHIN)
})

test('a gateway that starts before users becomes ready when it has read the list', async () => {
  await using bed = await setUp()
  await bed.service.process.stop()
  const watch = await bed.watch()
  await expect(watch.known()).rejects.toThrow(
    'the list of revoked sessions was never read: the users service could not be reached',
  )
  const ended = await bed.end(bed.sql)
  await bed.service.process.start()
  await seen(watch, ended)
  await watch.known()
})

test('if the rows it needs are deleted, the list is read again', async () => {
  await using bed = await setUp()
  const watch = await bed.watch()
  await seen(watch, await bed.end(bed.sql))
  await bed.service.process.stop()
  const away = await bed.end(bed.sql)
  // Another process of users continues in the meantime. Retention deletes records that the gateway has not read.
  const other = await startService('users', { databaseUrl: bed.database.url })
  await untilReported(other, 'log', /^leading/)
  const ticks = async () => Number((await bed.sql<{ n: string }>('select max(n) as n from tick'))[0]?.n)
  const from = await ticks()
  await vi.waitFor(async () => expect(await ticks()).toBeGreaterThan(from + 1), WITHIN)
  await retain(bed.sql, { minAgeMs: 0, maxAgeMs: 1 })
  await other[Symbol.asyncDispose]()
  await bed.service.process.start()
  await seen(watch, away)
  await seen(watch, await bed.end(bed.sql))
})

test('a restored database undoes no end, and its log is followed in the new epoch', async () => {
  await using bed = await setUp()
  const watch = await bed.watch()
  const lost = await bed.end(bed.sql)
  await seen(watch, lost)
  await bed.sql('delete from session where id = $1', lost)
  await bumpEpoch(bed.sql)
  await seen(watch, await bed.end(bed.sql))
  await seen(watch, await bed.end(bed.sql))
  expect(watch.isRevoked(lost)).toBe(true)
  await vi.waitFor(() => watch.current(), WITHIN)
})

test('while the log is refused, the list is read repeatedly, and this is reported', async () => {
  await using bed = await setUp()
  const watch = await bed.watch()
  await pretendRestored(bed.sql)
  await untilReported(bed.service, 'log', /^refused/)
  await seen(watch, await bed.end(bed.sql))
  await seen(watch, await bed.end(bed.sql))
  await expect(watch.current()).rejects.toThrow(/out of date: its log makes no progress/)
  await bumpEpoch(bed.sql)
  await vi.waitFor(() => watch.current(), WITHIN)
  await seen(watch, await bed.end(bed.sql))
})

test('the log is read from Redis if configured, and by HTTP while Redis is down', async () => {
  await using redis = await ownRedis()
  await redis.process.start()
  await using bed = await setUp({ REDIS_URL: redis.url })
  const connection = connectRedis(redis.url, () => {})
  bed.defer(() => Promise.resolve(connection[Symbol.asyncDispose]()))
  await vi.waitFor(() => expect(connection.trouble).toBeNull(), WITHIN)
  const reads: string[] = []
  const watch = await bed.watch((args) => {
    reads.push(args[0] ?? '')
    return connection.send(args)
  })
  await seen(watch, await bed.end(bed.sql))
  expect(reads).toContain('XREAD')
  await redis.process.kill()
  await seen(watch, await bed.end(bed.sql))
  await redis.process.start()
  await seen(watch, await bed.end(bed.sql))
})
