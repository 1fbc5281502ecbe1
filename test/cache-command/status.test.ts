import { Client } from 'pg'
import { expect, test } from 'vitest'
import { facets } from '../../contracts/facets.ts'
import { ownRedis } from '../change-log-owner/support/own-redis.ts'
import { environmentOf, startCommand } from '../log-command/run-log.ts'
import { gql, signUpUser } from '../support/client.ts'
import { startOwnSystem, type OwnSystem } from '../support/own-system.ts'

/** Less than what is complained about. Milliseconds. */
const LITTLE = expect.toSatisfy((ms: number) => ms < 15_000)
const POSITION = { epoch: expect.any(Number), offset: expect.any(Number) }

async function openBed() {
  await using stack = new AsyncDisposableStack()
  const redis = stack.use(await ownRedis())
  await redis.process.start()
  const system = stack.use(await startOwnSystem({ env: { CACHE: 'on', REDIS_URL: redis.url } }))
  const run = async (...args: string[]) => {
    const env = { ...environmentOf(system), REDIS_URL: redis.url }
    const { code, out } = await startCommand('cache', [...args, '--json'], env).ended
    return { code, ...JSON.parse(out.join('\n')) }
  }
  const opened = stack.move()
  return {
    redis,
    system,
    status: () => run('status', '--url', system.gatewayUrl, '--url', 'http://127.0.0.1:1/graphql'),
    inspect: (facet: string) => run('inspect', facet),
    drop: (facet: string) => run('drop', facet),
    lines: async (...args: string[]) => (await startCommand('cache', args, environmentOf(system)).ended).out,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function readCached(system: OwnSystem, handle: string): Promise<boolean> {
  const query = 'query ($handle: String!) { user(handle: $handle) { name } }'
  const { headers } = await gql(query, { handle }, { url: system.gatewayUrl })
  return headers.get('cache-status')?.startsWith('tessera; hit') ?? false
}

test('status and inspect show logs, gateways and what is in Redis, and what is wrong with it', async () => {
  await using bed = await openBed()
  const database = (name: string) => ({
    database: name,
    log: { end: POSITION, tickAgeMs: LITTLE },
  })
  await expect.poll(bed.status).toEqual({
    code: 0,
    ok: true,
    databases: ['users', 'posts', 'followers'].map(database),
    redis: { fault: null },
    gateways: [
      { url: bed.system.gatewayUrl, status: 'ready', cache: 'ready', fault: null },
      { url: 'http://127.0.0.1:1/graphql', status: null, cache: null, fault: expect.any(String) },
    ],
    needs: [],
  })

  const { id, handle } = await signUpUser('inspected', { url: bed.system.gatewayUrl })
  await expect.poll(() => readCached(bed.system, handle)).toBe(true)
  const current = expect.objectContaining({ current: true })
  await expect
    .poll(() => bed.inspect(facets.handle(handle)))
    .toMatchObject({
      code: 0,
      service: 'users',
      touched: [{ database: 'users', last: { type: 'user.created', key: id } }],
      redis: {
        entries: expect.arrayContaining([current]),
        complete: true,
      },
      fault: null,
    })
  expect(await bed.lines('inspect', facets.handle(handle))).toEqual([
    `${facets.handle(handle)}, of the users service`,
    expect.stringMatching(
      /^ {2}users: touched last at offset \d+ of epoch \d+, .* ago, by user\.created of user_/,
    ),
    '  redis: not known, because REDIS_URL is not set',
  ])

  const [dropped] = (await bed.drop(facets.handle(handle))).drops
  await expect
    .poll(() => bed.inspect(facets.handle(handle)))
    .toMatchObject({
      touched: [{ last: { type: 'cache.dropped', offset: dropped.offset } }],
      redis: { entries: expect.not.arrayContaining([current]) },
    })

  await bed.redis.process.kill()
  const down = await bed.status()
  expect([down.code, down.redis.fault]).toEqual([1, expect.any(String)])
  expect(down.needs[0]).toMatch(
    /^Redis cannot be reached: .* Until this is fixed, gateways cache only in memory\.$/,
  )
  expect(await bed.inspect(facets.user(id))).toMatchObject({
    code: 1,
    redis: null,
    fault: expect.stringMatching(/^Redis cannot be reached/),
  })
})

test('status says which log does not move', async () => {
  await using system = await startOwnSystem({ env: { CACHE: 'memory' } })
  await system.kill('users')
  // The last tick is old as soon as its time says so.
  const client = new Client({ connectionString: system.databaseUrls.users })
  await client.connect()
  await client.query("update tick set time = time - interval '1 min'")
  await client.end()
  const { code, out } = await startCommand(
    'cache',
    ['status', '--url', system.gatewayUrl],
    environmentOf(system),
  ).ended
  expect(code).toBe(1)
  expect(out).toContainEqual('redis     not known: REDIS_URL is not set')
  expect(out.filter((line) => line.startsWith('! The log'))).toEqual([
    '! The log of users does not move, so nothing that was read from users is served from caches. See: npm run log -- status.',
  ])
})
