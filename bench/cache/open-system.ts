import { randomBytes } from 'node:crypto'
import { createOutput } from '../../local/system/output.ts'
import { environmentOf, nodeArguments, processNames } from '../../local/system/environment.ts'
import { manageProcess } from '../../local/processes/managed-process.ts'
import { httpProbe } from '../../local/processes/readiness.ts'
import { makeSecrets } from '../../local/system/secrets.ts'
import { startSystem, type System } from '../../local/system/start-system.ts'
import { inheritedEnv, type Env } from '../../platform/config/read-config.ts'
import { freePort } from '../../platform/ports.ts'
import { root } from '../../platform/root.ts'
import { openServers, type Servers } from '../change-log/servers.ts'
import { createPeople, type Person } from '../change-log/system/people.ts'
import { startIssuer } from '../gateway/issuer.ts'
import { fillBenchDatabases } from '../system/databases.ts'
import { runSql } from '../system/sql.ts'

/** Users who write. They are not among those whose profiles are read. */
const WRITERS = 200

export type CachedSystem = AsyncDisposable & {
  servers: Servers
  system: System
  /** URLs of the two gateways. */
  gateways: readonly [string, string]
  /** Process ids of the services and the gateways. */
  processes: Readonly<Record<string, number>>
  /** Handles of the seeded users. */
  handles: readonly string[]
  writers: readonly Person[]
  /** The seeded rows in one database, for PostGraphile. */
  combined: string
}

/** The processes of `npm start` with the cache on, and a second gateway, over a durable Postgres and a Redis. */
export async function openCachedSystem(users: number, log: (line: string) => void): Promise<CachedSystem> {
  await using stack = new AsyncDisposableStack()
  const servers = stack.use(await openServers({ commitTimes: true }))
  const secrets = makeSecrets(randomBytes)
  const { services, combined } = await fillBenchDatabases(servers.superuserUrl, users, secrets, log)
  const handles = (await runSql(services.users, 'select handle from users order by id')).map((row) =>
    String(row['handle']),
  )
  const issuer = stack.use(await startIssuer())
  const env: Env = {
    ...inheritedEnv(),
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    CACHE: 'on',
    REDIS_URL: servers.redisUrl,
    JWKS_URL: issuer.jwksUrl,
    JWT_ISSUER: issuer.issuer,
  }
  const output = createOutput(
    (text) => void process.stderr.write(text),
    () => new Date(),
  )
  const system = stack.use(
    await startSystem({ databaseUrls: services, internalSecret: secrets.internal, env, output }),
  )
  const second = stack.use(await startGateway(system, env, output))
  const writers = await createPeople(system.gatewayUrl, issuer.tokens.slice(0, WRITERS))
  const opened = stack.move()
  return {
    servers,
    system,
    gateways: [system.gatewayUrl, second.url],
    processes: {
      ...Object.fromEntries(processNames.map((name) => [name, system.pid(name) ?? 0])),
      'second gateway': second.pid,
    },
    handles,
    writers,
    combined,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Starts another gateway of a system. */
async function startGateway(
  { databaseUrls, internalSecret, subgraphUrls }: System,
  inherited: Env,
  output: ReturnType<typeof createOutput>,
): Promise<AsyncDisposable & { url: string; pid: number }> {
  const port = await freePort()
  const gateway = manageProcess({
    name: 'gateway',
    command: process.execPath,
    args: nodeArguments('gateway'),
    env: environmentOf('gateway', '127.0.0.1', port, {
      inherited,
      databaseUrls,
      internalSecret,
      subgraphUrls,
    }),
    cwd: root,
    ipc: true,
    probe: httpProbe(`http://127.0.0.1:${port}/readyz`),
    onLine: (line) => output.line('gateway', line),
    report: (level, message) => output.report('gateway', level, message),
  })
  await gateway.start()
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    pid: gateway.pid ?? 0,
    [Symbol.asyncDispose]: () => gateway.stop(),
  }
}
