import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import type { Sql } from '../../../contracts/sql.ts'
import { dialRedis } from '../../../platform/redis/client.ts'
import { beginConsumer } from '../../../patterns/change-log/consumer/consumer-offset.ts'
import { startLog } from '../../../patterns/change-log/owner/epoch.ts'
import type { Operation, Read, SeenRecord } from '../checkers/history.ts'
import { loaderOption, openFailpoints, type Failpoints } from '../loader/control.ts'
import type { PlantName } from '../loader/plants.ts'
import type { ConsumerArgument, SeenMessage } from '../support/consumer-process.ts'
import { COPY_TABLES, OWNER_TABLES } from '../support/operation.ts'
import type { OwnerArgument, StreamAddress } from '../support/owner-process.ts'
import { startProgram, type Program } from '../support/program.ts'
import { connect, sqlOf } from '../support/sessions.ts'
import { openDatabase, type OwnDatabase } from './databases.ts'
import { NAME, progressOf, type ConsumerProgress } from './progress.ts'
import { recordsOf } from './records.ts'
import { openWriter, type Writer } from './writer.ts'

/** The servers of the scenarios: shared ones, and one that a scenario can crash. */
export type Servers = {
  superuserUrl: string
  redisUrl: string
  /** Its Postgres writes to disk. Used by one scenario at a time. */
  durable: () => Promise<{ superuserUrl: string }>
}

/** An owner and a consumer, each a process with its own database, and all observations of them. */
export type Bed = ConsumerProgress & {
  owner: OwnDatabase
  copy: Sql
  superuserUrl: string
  epoch: number
  ledger: Operation[]
  seen: SeenRecord[]
  reads: Read[]
  /** The output of the processes. */
  printed: string[]
  failpoints: Failpoints
  writer(): Promise<Writer>
  startOwner(): Program
  startConsumer(): Program
}

export type BedOptions = {
  servers: Servers
  plants: readonly PlantName[]
  /** URL of the server for the owner's database. */
  superuserUrl: string
  /** Whether the consumer reads a Redis stream. */
  throughRedis: boolean
}

export async function openBed(
  { servers, superuserUrl, plants, throughRedis }: BedOptions,
  stack: AsyncDisposableStack,
): Promise<Bed> {
  const [owner, copyDatabase] = await Promise.all([
    openDatabase(superuserUrl, ['log.sql'], OWNER_TABLES),
    openDatabase(servers.superuserUrl, ['consumer.sql'], COPY_TABLES),
  ])
  stack.use(owner)
  stack.use(copyDatabase)
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bug-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const stream = throughRedis ? await openStream(servers.redisUrl, owner.name, stack) : null
  const copyClient = await connect(copyDatabase.url)
  stack.defer(() => copyClient.end())
  const copy = sqlOf(copyClient)
  const epoch = await begin(owner.url, copy)

  const ledger: Operation[] = []
  const seen: SeenRecord[] = []
  const printed: string[] = []
  const start = (file: 'owner-process.ts' | 'consumer-process.ts', argument: object) =>
    stack.use(
      startProgram({
        file,
        argument,
        execArgv: [loaderOption({ plants, failpoints: folder })],
        env: { DATABASE_URL: owner.url },
        told: (message) => void seen.push(...recordsOf(message as SeenMessage, 'consumer')),
        printed: (text) => void printed.push(`${basename(file, '-process.ts')}: ${text}`),
      }),
    )
  return {
    owner,
    copy,
    superuserUrl,
    epoch,
    ledger,
    seen,
    reads: [],
    printed,
    failpoints: openFailpoints(folder),
    writer: async () => stack.use(await openWriter(owner.url, ledger)),
    startOwner: () => start('owner-process.ts', { database: owner.url, stream } satisfies OwnerArgument),
    startConsumer: () =>
      start('consumer-process.ts', {
        owner: owner.url,
        copy: copyDatabase.url,
        stream,
      } satisfies ConsumerArgument),
    ...progressOf(owner.url, copy),
  }
}

async function begin(ownerUrl: string, copy: Sql): Promise<number> {
  const client = await connect(ownerUrl)
  await startLog(sqlOf(client))
  const [row] = await sqlOf(client)<{ epoch: string }>('select epoch from log_state')
  await client.end()
  const epoch = Number(row?.epoch)
  await beginConsumer(copy, NAME, { epoch, offset: 0 })
  return epoch
}

async function openStream(url: string, name: string, stack: AsyncDisposableStack): Promise<StreamAddress> {
  const key = `bug:${name}`
  const redis = stack.use(await dialRedis(url))
  stack.defer(() => redis.send(['DEL', key, `${key}:mark`]).then(() => {}))
  return { url, key }
}
