import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { expect, inject, test, vi } from 'vitest'
import { root } from '../../platform/root.ts'
import { bumpEpoch } from '../../patterns/change-log/index.ts'
import { migrate } from '../../platform/postgres/migrate.ts'
import { provision } from '../../platform/postgres/provision.ts'
import { dropDatabase, freshDatabase } from '../support/database.ts'
import {
  beginOf,
  feedOf,
  keysAfter,
  PATIENT,
  pretendRestored,
  untilReported,
  writeEvent,
} from './support/owned-log.ts'
import { metric, openSql, readyz, startService } from './support/service.ts'

test('when the leading relay is killed, the relay of another process continues', async () => {
  await using database = await freshDatabase('followers')
  await using session = await openSql(database.url)
  const { sql } = session
  await using first = await startService('followers', { databaseUrl: database.url })
  await untilReported(first, 'log', /^leading$/)
  await using second = await startService('followers', { databaseUrl: database.url })
  await untilReported(second, 'log', /^standby$/)
  expect(await metric(second, 'tessera_log_relay_state{database="followers",state="standby"}')).toBe(1)

  const begin = await beginOf(sql)
  await writeEvent(sql, 'before')
  // Whoever has the log serves it, whether its relay leads or not.
  expect(await keysAfter(feedOf(second), begin, 1)).toEqual(['before'])
  await first.process.kill()
  await writeEvent(sql, 'after')
  await untilReported(second, 'log', /^leading$/)
  expect(await keysAfter(feedOf(second), begin, 2)).toEqual(['before', 'after'])
})

test('a service starts without its database, and its log starts when the database is reachable', async () => {
  const superuserUrl = inject('superuserUrl')
  const password = randomBytes(16).toString('base64url')
  const name = `tessera_later_${randomBytes(4).toString('hex')}`
  await using stack = new AsyncDisposableStack()
  const address = new URL(superuserUrl)
  Object.assign(address, { username: name, password, pathname: `/${name}` })
  const service = stack.use(await startService('followers', { databaseUrl: address.href, path: '/healthz' }))
  await untilReported(service, 'log', /^down: the relay cannot use its database/)
  expect((await readyz(service)).status).toBe('not ready')
  expect(await metric(service, 'tessera_log_relay_state{database="followers",state="down"}')).toBe(1)
  expect(await metric(service, 'tessera_log_end_offset{database="followers"}')).toBe(null)

  stack.defer(() => dropDatabase(superuserUrl, name))
  await provision(superuserUrl, [{ name, password }])
  await migrate(address.href, join(root, 'prisma/followers/migrations'))
  await untilReported(service, 'log', /^leading$/)
  expect(await metric(service, 'tessera_log_end_offset{database="followers"}')).toBeGreaterThan(0)
  expect((await readyz(service)).status).toBe('ready')
  // Tried over and over, and said once for each reason.
  const said = service.log().match(/the relay cannot use its database/g) ?? []
  expect(said.length).toBeLessThanOrEqual(4)
})

test('a refused log reports the remedy and continues after it', async () => {
  await using database = await freshDatabase('followers')
  await using session = await openSql(database.url)
  const { sql } = session
  await using service = await startService('followers', { databaseUrl: database.url })
  await untilReported(service, 'log', /^leading$/)
  const { epoch } = await beginOf(sql)

  await pretendRestored(sql)
  const state = await untilReported(service, 'log', /^refused/)
  expect(state).toMatch(/another timeline.*log epoch bump/)
  expect((await readyz(service)).status).toBe('ready')
  expect(await metric(service, 'tessera_log_relay_state{database="followers",state="refused"}')).toBe(1)
  expect(await metric(service, 'tessera_log_relay_state{database="followers",state="leading"}')).toBe(0)
  expect(await metric(service, 'tessera_log_unpublished_events{database="followers"}')).toBe(0)
  await writeEvent(sql, 'alice')
  expect(await metric(service, 'tessera_log_unpublished_events{database="followers"}')).toBe(1)
  expect(await metric(service, 'tessera_log_unpublished_seconds{database="followers"}')).toBeGreaterThan(0)

  const bumped = await bumpEpoch(sql)
  expect(bumped).toBeGreaterThan(epoch)
  await untilReported(service, 'log', /^leading$/)
  await vi.waitFor(
    async () => expect(await metric(service, 'tessera_log_epoch{database="followers"}')).toBe(bumped),
    PATIENT,
  )
})
