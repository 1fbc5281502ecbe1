import { randomBytes } from 'node:crypto'
import { migrateDatabases, provisionDatabases } from '../../../local/system/databases.ts'
import { processNames } from '../../../local/system/environment.ts'
import { createOutput } from '../../../local/system/output.ts'
import { startSystem, type System } from '../../../local/system/start-system.ts'
import { inheritedEnv } from '../../../platform/config/read-config.ts'
import { processCpu, treeCpu } from '../../system/cpu.ts'
import type { Issuer } from '../../gateway/issuer.ts'
import type { Servers } from '../servers.ts'
import { createPeople, type Person } from './people.ts'

export type SystemOptions = {
  servers: Servers
  /** Suffix of the names of its databases. */
  name: string
  /** Number of its database in the shared Redis. */
  redisDatabase: number
  /** Files of `contenders/` that each process loads before anything else. */
  standIns: readonly string[]
  issuer: Issuer
  /** Number of users to create. */
  people: number
  /** Called after the databases exist and before any process starts. */
  prepare?: (databaseUrls: System['databaseUrls']) => Promise<AsyncDisposable>
}

export type OpenSystem = AsyncDisposable & {
  system: System
  redisUrl: string
  people: readonly Person[]
  /** CPU ms so far: each process, and Postgres as a whole. */
  cpu(): Promise<Record<string, number>>
}

/** All processes of `npm start`, with users who are signed in by a separate provider. */
export async function openSystem(options: SystemOptions): Promise<OpenSystem> {
  const { servers, name, issuer } = options
  const passwords = { users: servers.password, posts: servers.password, followers: servers.password }
  await using stack = new AsyncDisposableStack()
  const databaseUrls = await provisionDatabases(servers.superuserUrl, passwords, `_${name}`)
  await migrateDatabases(databaseUrls)
  if (options.prepare) stack.use(await options.prepare(databaseUrls))
  const redisUrl = `${servers.redisUrl}/${options.redisDatabase}`
  const imports = options.standIns.map(
    (file) => `--import ${new URL(`../contenders/${file}`, import.meta.url).href}`,
  )
  const system = stack.use(
    await startSystem({
      databaseUrls,
      internalSecret: randomBytes(32).toString('base64url'),
      env: {
        ...inheritedEnv(),
        NODE_ENV: 'production',
        LOG_LEVEL: 'warn',
        REDIS_URL: redisUrl,
        JWKS_URL: issuer.jwksUrl,
        JWT_ISSUER: issuer.issuer,
        ...(imports.length > 0 && { NODE_OPTIONS: imports.join(' ') }),
      },
      output: createOutput(
        (text) => void process.stderr.write(text),
        () => new Date(),
      ),
    }),
  )
  const people = await createPeople(system.gatewayUrl, issuer.tokens.slice(0, options.people))
  const opened = stack.move()
  return {
    system,
    redisUrl,
    people,
    async cpu() {
      const own = processNames.map(
        async (process) => [process, await processCpu(system.pid(process) ?? 0)] as const,
      )
      return { ...Object.fromEntries(await Promise.all(own)), postgres: await treeCpu(servers.postmaster) }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}
