import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import type { Sql } from '../../contracts/sql.ts'
import { root } from '../../platform/root.ts'
import { preparedSql, type SendCommand } from '../../patterns/change-log/index.ts'
import { provision } from '../../platform/postgres/provision.ts'
import { dialRedis } from '../../platform/redis/client.ts'
import { treeCpu } from '../system/cpu.ts'
import { openServers } from './servers.ts'

/** A connection and the process id of its backend. */
export type Session = { client: Client; sql: Sql; pid: number }

/** CPU ms so far: this process, Postgres as a whole, Redis. */
export type Usage = { node: number; postgres: number; redis: number }

export type Bed = AsyncDisposable & {
  /** A connection to the database `owner`, which has an empty log, or `consumer`, which has consumed nothing. */
  connect(database: 'owner' | 'consumer'): Promise<Client>
  session(database: 'owner' | 'consumer'): Promise<Session>
  redis(): Promise<SendCommand>
  usage(): Promise<Usage>
}

/** A durable Postgres and a Redis of their own. Disposing stops and removes them. */
export async function openBed(): Promise<Bed> {
  await using stack = new AsyncDisposableStack()
  let resources: AsyncDisposableStack = stack
  const { superuserUrl, postmaster, redisUrl, password } = stack.use(
    await openServers({ commitTimes: false }),
  )
  const [owner = '', consumer = ''] = await provision(superuserUrl, [
    { name: 'owner', password },
    { name: 'consumer', password },
  ])
  const connect = async (database: 'owner' | 'consumer') => {
    const client = new Client({ connectionString: database === 'owner' ? owner : consumer })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const session = async (database: 'owner' | 'consumer') => {
    const client = await connect(database)
    resources.defer(() => client.end())
    const sql = preparedSql(client)
    const [row] = await sql<{ pid: number }>('select pg_backend_pid() as pid')
    return { client, sql, pid: row?.pid ?? 0 }
  }
  for (const database of ['owner', 'consumer'] as const) {
    const { client } = await session(database)
    const file = database === 'owner' ? 'log.sql' : 'consumer.sql'
    await client.query(await readFile(join(root, 'patterns/change-log/sql', file), 'utf8'))
  }
  const redis = async (): Promise<SendCommand> => resources.use(await dialRedis(redisUrl)).send
  const asking = await redis()
  resources = stack.move()
  return {
    connect,
    session,
    redis,
    usage: () => usageOf(postmaster, asking),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

async function usageOf(postmaster: number, redis: SendCommand): Promise<Usage> {
  const { user, system } = process.cpuUsage()
  const info = String(await redis(['INFO', 'cpu']))
  const seconds = (name: string) => Number(new RegExp(`^used_cpu_${name}:(.*)`, 'm').exec(info)?.[1])
  return {
    node: (user + system) / 1_000,
    postgres: await treeCpu(postmaster),
    redis: (seconds('user') + seconds('sys')) * 1_000,
  }
}
