import type { PrismaPg } from '@prisma/adapter-pg'
import type { Sql, Transact } from '../../contracts/sql.ts'
import { wakingTransact, type OwnedLog, type Signal } from '../../patterns/change-log/index.ts'
import type { Dependencies, Reports } from '../../platform/http/health.ts'
import type { Config } from '../../platform/config/read-config.ts'
import type { Log } from '../../platform/log.ts'
import { openDatabase, type Database } from '../../platform/postgres/database.ts'
import { prismaAdapter } from '../../platform/postgres/prisma-adapter.ts'
import { byDatabase, logOf } from '../change-log/by-database.ts'

/** In a burst of writes, a transaction may wait for a connection and still has its full time afterwards. Milliseconds. */
const TRANSACTIONS = { maxWait: 5_000, timeout: 15_000 }

export type PrismaOptions = { adapter: PrismaPg; transactionOptions: typeof TRANSACTIONS }

/** `name` is the name in tokens, consumers and messages: `users`, or `users/0` if the service has several. */
export type DatabaseAddress = { name: string; url: string }

/** An open database of a service. */
export type ServiceDatabase<Prisma> = DatabaseAddress & {
  prisma: Prisma
  /** Runs statements that belong to no request. */
  sql: Sql
  /** Runs a command in a transaction, and wakes the relay of this database after it. */
  transact: Transact
  /** Raise it after every other commit that wrote events. */
  written: Pick<Signal, 'raise'>
}

/** At least one: every service has a database. */
export type Several<Each> = readonly [Each, ...Each[]]

export type OpenedDatabase<Prisma> = DatabaseAddress & { database: Database; prisma: Prisma }

type DatabaseOptions<Prisma> = {
  databases: Several<DatabaseAddress>
  config: Config<'DATABASE_POOL_SIZE'>
  createPrisma: (options: PrismaOptions) => Prisma
}

/** Opens the databases of a service, each with its pool. Connections are made on demand. */
export function openDatabases<Prisma extends { $disconnect(): Promise<void> }>(
  { databases, config, createPrisma }: DatabaseOptions<Prisma>,
  log: Log,
  stack: AsyncDisposableStack,
): OpenedDatabase<Prisma>[] {
  return databases.map((address) => {
    const database = stack.use(openDatabase(address.url, config.DATABASE_POOL_SIZE, log))
    const adapter = prismaAdapter(database.pool)
    const prisma = createPrisma({ adapter, transactionOptions: TRANSACTIONS })
    stack.defer(() => prisma.$disconnect())
    return { ...address, database, prisma }
  })
}

/** The databases for the wiring of a service. @param logs the log of each database, in any order */
export function serviceDatabases<Prisma>(
  opened: readonly OpenedDatabase<Prisma>[],
  logs: readonly OwnedLog[],
): Several<ServiceDatabase<Prisma>> {
  const [first, ...others] = opened.map(({ name, url, database, prisma }): ServiceDatabase<Prisma> => {
    const { written } = logOf(logs, name)
    const transact = wakingTransact(database.transact, written)
    return { name, url, prisma, sql: database.sql, transact, written }
  })
  if (!first) throw new Error('A service has at least one database.')
  return [first, ...others]
}

/**
 * The databases in `/readyz`. A service with several databases is ready while at least one responds. Otherwise an outage of
 * one would also stop requests that need only the others.
 */
export function databaseReadiness(opened: readonly Pick<OpenedDatabase<unknown>, 'name' | 'database'>[]): {
  needed: Dependencies
  reported: Reports
} {
  const named = byDatabase(opened.map(({ name }) => name))
  const pings = Object.fromEntries(
    opened.map(({ name, database }) => [named('database', name), () => database.ping()]),
  )
  if (opened.length === 1) return { needed: pings, reported: {} }
  const anyAnswers = async () => {
    await Promise.any(opened.map(({ database }) => database.ping())).catch(() => {
      throw new Error('none of them answers')
    })
  }
  return { needed: { databases: anyAnswers }, reported: pings }
}
