import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { createOutput } from '../../cli/system/output.ts'
import { startEmbeddedPostgres } from '../../platform/postgres/embedded/start.ts'
import { startTestSystem } from './own-system.ts'

/** What every integration test can `inject`. */
declare module 'vitest' {
  interface ProvidedContext {
    /** Of the one Postgres server of the run. */
    superuserUrl: string
    /** The system that all tests share: never kill its processes, `startOwnSystem` for that. */
    system: SystemAddresses
  }
}

export type SystemAddresses = {
  gatewayUrl: string
  subgraphUrls: { users: string; posts: string; followers: string }
  databaseUrls: { users: string; posts: string; followers: string }
  internalSecret: string
}

/** Starts one Postgres server and one whole system for all integration tests; stops and removes them at the end. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using stack = new AsyncDisposableStack()
  const dataDir = await mkdtemp(join(tmpdir(), 'tessera-test-'))
  stack.defer(() => rm(dataDir, { recursive: true, force: true }))
  // As root, Postgres runs as somebody else, who must be able to pass through.
  await chmod(dataDir, 0o755)
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
  const system = stack.use(await startTestSystem({ superuserUrl: postgres.url, output, logLevel: 'error' }))
  const { gatewayUrl, subgraphUrls, databaseUrls, internalSecret } = system
  project.provide('superuserUrl', postgres.url)
  project.provide('system', { gatewayUrl, subgraphUrls, databaseUrls, internalSecret })
  const all = stack.move()
  return () => all.disposeAsync()
}
