import { join } from 'node:path'
import { expect, inject, test, vi } from 'vitest'
import { isPortFree } from '../../platform/ports.ts'
import { gql, signUpUser } from '../support/client.ts'
import { startOwnSystem } from '../support/own-system.ts'
import { runStart } from '../support/start-command.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { WITHIN } from '../support/timeout.ts'

test('a crashed service is restarted automatically at the same address', async () => {
  await using system = await startOwnSystem()
  const url = system.gatewayUrl
  const { handle } = await signUpUser('crash', { url })
  for (const name of ['users', 'gateway'] as const) {
    const before = system.pid(name)
    await system.crash(name)
    await system.ready(name)
    expect(system.pid(name)).not.toBe(before)
    expect(system.log()).toMatch(new RegExp(`^${name} .* was ended by SIGKILL; restarting in 100 ms`, 'm'))
    await vi.waitFor(
      async () => {
        const { body } = await gql(
          'query ($handle: String!) { user(handle: $handle) { handle } }',
          { handle },
          { url },
        )
        expect(body).toEqual({ data: { user: { handle } } })
      },
      { ...WITHIN, interval: 200 },
    )
  }
})

test('a killed service stays down until it is restarted', async () => {
  await using system = await startOwnSystem({ processes: ['followers'] })
  const port = Number(new URL(system.subgraphUrls.followers).port)
  await system.kill('followers')
  expect(system.pid('followers')).toBeNull()
  expect(await isPortFree('127.0.0.1', port)).toBe(true)
  await system.restart('followers')
  expect(await isPortFree('127.0.0.1', port)).toBe(false)
})

test('a service that cannot start is named, and the others are stopped', async () => {
  const starting = startOwnSystem({ processes: ['users', 'followers'], env: { DATABASE_POOL_SIZE: 'many' } })
  await expect(starting).rejects.toThrow(/^(users|followers) ended before it was ready/)
})

test('given databases are used, migrated and seeded, without an embedded Postgres', async () => {
  await using folder = await temporaryFolder()
  await using system = await startOwnSystem({ processes: [] })
  const { users, posts, followers } = system.databaseUrls
  await using start = runStart({
    DATA_DIR: join(folder.path, 'data'),
    PORT: '0',
    DATABASE_URL_USERS: users,
    DATABASE_URL_POSTS: posts,
    DATABASE_URL_FOLLOWERS: followers,
  })
  const [, url] = await start.printed(/GraphQL +(http\S+)/)
  expect(start.output()).not.toMatch(/postgres .*listening/)
  const { body } = await gql('{ user(handle: "celeste") { handle } }', {}, { url: url as string })
  expect(body).toEqual({ data: { user: { handle: 'celeste' } } })
  expect(new URL(inject('superuserUrl')).port).toBe(new URL(users).port)
})
