import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@redis/client'
import { Client } from 'pg'
import { root } from '../../cli/layout.ts'
import { createOutput } from '../../cli/system/output.ts'
import { startRedis } from '../../cli/system/redis.ts'
import { preparedSql, type SendCommand, type Sql } from '../../patterns/change-log/index.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { startEmbeddedPostgres } from '../../platform/postgres/embedded/start.ts'
import { provision } from '../../platform/postgres/provision.ts'

/** A connection and the process id of its backend. */
export type Session = { client: Client; sql: Sql; pid: number }

export type Bed = AsyncDisposable & {
  /** A connection to a database `owner` (with a log) or `consumer`, both empty at first. */
  connect(database: 'owner' | 'consumer'): Promise<Client>
  session(database: 'owner' | 'consumer'): Promise<Session>
  redis(): Promise<SendCommand>
}

/** A durable Postgres and a Redis of their own. Disposing stops and removes them. */
export async function openBed(): Promise<Bed> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  // As root, Postgres runs as somebody else, who must be able to pass through.
  await chmod(folder, 0o755)
  const password = randomBytes(12).toString('hex')
  const postgres = stack.use(await startEmbeddedPostgres({ dataDir: folder, password, log: () => {} }))
  const [owner = '', consumer = ''] = await provision(postgres.url, [
    { name: 'owner', password },
    { name: 'consumer', password },
  ])
  const output = createOutput(
    () => {},
    () => new Date(),
  )
  const redis = await startRedis(folder, password, inheritedEnv(), output)
  if (!redis) throw new Error('No Redis: put redis-server or valkey-server on the PATH.')
  stack.use(redis)
  const connect = async (database: 'owner' | 'consumer') => {
    const client = new Client({ connectionString: database === 'owner' ? owner : consumer })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const session = async (database: 'owner' | 'consumer') => {
    const client = await connect(database)
    opened.defer(() => client.end())
    const sql = preparedSql(client)
    const [row] = await sql<{ pid: number }>('select pg_backend_pid() as pid')
    return { client, sql, pid: row?.pid ?? 0 }
  }
  const opened = stack.move()
  for (const database of ['owner', 'consumer'] as const) {
    const { client } = await session(database)
    const file = database === 'owner' ? 'log.sql' : 'consumer.sql'
    await client.query(await readFile(join(root, 'patterns/change-log/sql', file), 'utf8'))
  }
  return {
    connect,
    session,
    async redis() {
      const client = createClient({ url: redis.url, RESP: 2, disableOfflineQueue: true })
      client.on('error', () => {})
      await client.connect()
      opened.defer(() => client.destroy())
      return (args) => client.sendCommand(args)
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** CPU time that a process has used so far, ms. Linux only. */
export async function cpuOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const [utime = 0, stime = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  return (utime + stime) * 10
}

/** CPU time so far, ms: of this process, of all backends of Postgres, of Redis. */
export type Usage = { node: number; postgres: number; redis: number }

export async function usageOf({ sql }: Session, redis: SendCommand): Promise<Usage> {
  const rows = await sql<{ pid: number }>('select pid from pg_stat_activity')
  const postgres = await Promise.all(rows.map(({ pid }) => cpuOf(pid)))
  const { user, system } = process.cpuUsage()
  const info = String(await redis(['INFO', 'cpu']))
  const seconds = (name: string) => Number(new RegExp(`^used_cpu_${name}:(.*)`, 'm').exec(info)?.[1])
  return {
    node: (user + system) / 1_000,
    postgres: postgres.reduce((sum, ms) => sum + ms, 0),
    redis: (seconds('user') + seconds('sys')) * 1_000,
  }
}

/** The middle one, and the one that 99 of 100 do not exceed. */
export function percentiles(values: readonly number[]): { p50: number; p99: number } {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 100) / 100
  return { p50: at(0.5), p99: at(0.99) }
}
