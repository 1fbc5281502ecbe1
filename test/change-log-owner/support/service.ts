import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Sql } from '../../../contracts/sql.ts'
import { root } from '../../../platform/root.ts'
import { databaseVariable, type Service } from '../../../contracts/topology.ts'
import { inheritedEnv, type Env } from '../../../platform/config/read-config.ts'
import { INTERNAL_HEADER, signInternal } from '../../../platform/internal-auth.ts'
import { manageProcess, type ManagedProcess } from '../../../local/processes/managed-process.ts'
import { freePort } from '../../../platform/ports.ts'
import { httpProbe } from '../../../local/processes/readiness.ts'

const SECRET = randomBytes(32).toString('hex')

export type RunningService = AsyncDisposable & {
  name: Service
  /** Of its root. */
  url: string
  process: ManagedProcess
  /** What it and the one who watches over it have said so far. */
  log(): string
}

export type ServiceOptions = {
  databaseUrl: string
  env?: Env
  /** When it counts as started. @default ready */
  path?: string
}

/** Starts one process of a service. Disposing stops it. */
export async function startService(
  name: Service,
  { databaseUrl, env = {}, path = '/readyz' }: ServiceOptions,
): Promise<RunningService> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let text = ''
  const service = manageProcess({
    name,
    command: process.execPath,
    args: [join(root, `subgraphs/${name}/main.ts`)],
    env: {
      ...inheritedEnv(),
      REDIS_URL: undefined,
      NODE_ENV: 'test',
      PORT: String(port),
      DATABASE_POOL_SIZE: '2',
      INTERNAL_SECRET: SECRET,
      [databaseVariable(name)]: databaseUrl,
      ...env,
    },
    cwd: root,
    ipc: true,
    probe: httpProbe(`${url}${path}`),
    onLine: (line) => void (text += `${line}\n`),
    report: (level, message) => void (text += `${level} ${message}\n`),
  })
  await service.start()
  return {
    name,
    url,
    process: service,
    log: () => text,
    [Symbol.asyncDispose]: () => service.stop(),
  }
}

/** Headers of a request that our own services would send. @param audience whom it is for */
export function signed({ name }: RunningService, audience: string = name): Record<string, string> {
  return { [INTERNAL_HEADER]: signInternal(SECRET, null, audience, Date.now()) }
}

export { SECRET as internalSecret }

export type Ready = { status: string; dependencies: Record<string, string>; reported: Record<string, string> }

export async function readyz({ url }: RunningService): Promise<Ready> {
  return (await (await fetch(`${url}/readyz`)).json()) as Ready
}

/** A metric as the service shows it, with its labels as written; null when it does not. */
export async function metric({ url }: RunningService, name: string): Promise<number | null> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return line === undefined ? null : Number(line.slice(name.length + 1))
}

/** A connection of its own to a service's database. */
export async function openSql(url: string): Promise<AsyncDisposable & { sql: Sql }> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  return {
    sql: async (text, ...values) => (await client.query(text, values)).rows,
    [Symbol.asyncDispose]: () => client.end(),
  }
}
