import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { services } from '../../contracts/topology.ts'
import { migrateDatabases, provisionDatabases } from '../../local/system/databases.ts'
import { processNames, type ProcessName } from '../../local/system/environment.ts'
import { createOutput, type Output } from '../../local/system/output.ts'
import { makeSecrets } from '../../local/system/secrets.ts'
import { startSystem, type System } from '../../local/system/start-system.ts'
import { inheritedEnv, type Env } from '../../platform/config/read-config.ts'
import { dropDatabase } from './database.ts'

export type OwnSystemOptions = {
  /** Which processes to start. @default all */
  processes?: readonly ProcessName[]
  /** Additional variables for every process, for example a short SUBGRAPH_TIMEOUT_MS. */
  env?: Env
}

/** A system for a single test. `log` returns the output of its processes and its supervisor so far. */
export type OwnSystem = System & { log(): string }

/**
 * Starts a system with separate databases, for tests that kill processes or need other settings. Use it with
 * `await using`: disposing stops the processes and drops the databases.
 */
export async function startOwnSystem(options: OwnSystemOptions = {}): Promise<OwnSystem> {
  let text = ''
  const output = createOutput(
    (more) => void (text += more),
    () => new Date(),
  )
  const system = await startTestSystem({
    ...options,
    superuserUrl: inject('superuserUrl'),
    output,
    logLevel: 'info',
  })
  return { ...system, log: () => text }
}

type TestSystemOptions = OwnSystemOptions & { superuserUrl: string; output: Output; logLevel: string }

/** Starts a system without the context of the test runner, so that other programs can call it too. */
export async function startTestSystem(options: TestSystemOptions): Promise<System> {
  const { superuserUrl, output, logLevel, processes = processNames } = options
  const suffix = `_${randomBytes(4).toString('hex')}`
  const secrets = makeSecrets(randomBytes)
  await using stack = new AsyncDisposableStack()
  stack.defer(async () => {
    for (const service of services) await dropDatabase(superuserUrl, `tessera_${service}${suffix}`)
  })
  const databaseUrls = await provisionDatabases(superuserUrl, secrets, suffix)
  await migrateDatabases(databaseUrls)
  const system = stack.use(
    await startSystem({
      databaseUrls,
      internalSecret: secrets.internal,
      processes,
      env: {
        ...inheritedEnv(),
        NODE_ENV: 'test',
        // Systems that share a Redis would overwrite each other's change logs.
        REDIS_URL: undefined,
        DATABASE_POOL_SIZE: '5',
        LOG_LEVEL: logLevel,
        ...options.env,
      },
      output,
    }),
  )
  const all = stack.move()
  return { ...system, [Symbol.asyncDispose]: () => all.disposeAsync() }
}
