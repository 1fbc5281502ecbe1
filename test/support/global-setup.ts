import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { ProvidedContext } from 'vitest'
import type { TestProject } from 'vitest/node'
import { root } from '../../platform/root.ts'
import { createOutput, type Output } from '../../local/system/output.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { startEmbeddedPostgres } from '../../local/postgres/start.ts'
import { run } from '../../local/processes/run.ts'
import { getRedis, type GotRedis } from './redis/get-redis.ts'
import { startTestSystem } from './own-system.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** Values that every integration test can `inject`. */
declare module 'vitest' {
  interface ProvidedContext {
    /** URL of the Postgres server of the run. */
    superuserUrl: string
    /** The system that all tests share. Never kill its processes; use `startOwnSystem` for that. */
    system: SystemAddresses
    /** A running Redis, or where a Redis program is, or the reason why there is neither and what to do. */
    redis: { kind: 'given'; url: string } | GotRedis
  }
}

export type SystemAddresses = {
  gatewayUrl: string
  subgraphUrls: { users: string; posts: string; followers: string }
  databaseUrls: { users: string; posts: string; followers: string }
  internalSecret: string
}

/** Starts one Postgres server and one whole system for all integration tests. Stops and removes them at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack()
  const { path: dataDir } = stack.use(await temporaryFolder())
  const output = createOutput(
    (text) => void process.stderr.write(text),
    () => new Date(),
  )
  const postgres = stack.use(
    await startEmbeddedPostgres({
      dataDir,
      password: randomBytes(24).toString('base64url'),
      durable: false,
      log: (line) => output.report('postgres', 'info', line),
    }),
  )
  const system = stack.use(
    await startTestSystem({
      superuserUrl: postgres.url,
      output,
      logLevel: 'error',
      env: project.config.env,
    }),
  )
  const { gatewayUrl, subgraphUrls, databaseUrls, internalSecret } = system
  project.provide('redis', await provideRedis(output))
  project.provide('superuserUrl', postgres.url)
  project.provide('system', { gatewayUrl, subgraphUrls, databaseUrls, internalSecret })
  const all = stack.move()
  return () => all.disposeAsync()
}

/** Done once here, because several of the tests that need Redis run at once. Those tests fail if there is none. */
async function provideRedis(output: Output): Promise<ProvidedContext['redis']> {
  const env = inheritedEnv()
  const url = env['REDIS_URL']
  if (url) return { kind: 'given', url }
  const redis = await getRedis({
    path: env['PATH'] ?? '',
    cache: join(root, '.cache/redis'),
    log: (line) => output.report('redis', 'info', line),
    run,
  })
  if (redis.kind === 'none') output.report('redis', 'error', redis.reason)
  return redis
}
