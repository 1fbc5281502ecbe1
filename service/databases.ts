import type { Pool } from 'pg'
import type { Sql, Transact } from '../contracts/sql.ts'
import { wakingTransact, type OwnedLog, type Signal } from '../patterns/change-log/index.ts'
import type { Dependencies, Reports } from '../platform/http/health.ts'
import type { Config } from '../platform/config/read-config.ts'
import type { Log } from '../platform/log.ts'
import { openDatabase, type Database } from '../platform/postgres/database.ts'
import { byDatabase, logOf } from './change-log/by-database.ts'

/** `name` is the name in tokens, consumers and messages: `users`, or `users/0` if the service has several. */
export type DatabaseAddress = { name: string; url: string }

/** An open database of a service. */
export type ServiceDatabase = DatabaseAddress & {
  /** For a Prisma client (`prismaAdapter`). It is closed with the service. */
  pool: Pool
  /** Runs statements that belong to no request. */
  sql: Sql
  /** Runs a command in a transaction, and wakes the relay of this database after it. */
  transact: Transact
  /** Raise it after every other commit that wrote events. */
  written: Pick<Signal, 'raise'>
}

/** At least one: every service has a database. */
export type Several<Each> = readonly [Each, ...Each[]]

export type OpenedDatabase = DatabaseAddress & { database: Database }

type DatabaseOptions = { databases: Several<DatabaseAddress>; config: Config<'DATABASE_POOL_SIZE'> }

/** Opens the databases of a service, each with its pool. Connections are made on demand. */
export function openDatabases(
  { databases, config }: DatabaseOptions,
  log: Log,
  stack: AsyncDisposableStack,
): OpenedDatabase[] {
  return databases.map((address) => ({
    ...address,
    database: stack.use(openDatabase(address.url, config.DATABASE_POOL_SIZE, log)),
  }))
}

/** The databases for the wiring of a service. @param logs the log of each database, in any order */
export function serviceDatabases(
  opened: readonly OpenedDatabase[],
  logs: readonly OwnedLog[],
): Several<ServiceDatabase> {
  const [first, ...others] = opened.map(({ name, url, database }): ServiceDatabase => {
    const { written } = logOf(logs, name)
    const transact = wakingTransact(database.transact, written)
    return { name, url, pool: database.pool, sql: database.sql, transact, written }
  })
  if (!first) throw new Error('A service has at least one database.')
  return [first, ...others]
}

/**
 * The database of a service that does not choose between several yet.
 *
 * @throws Error if the service has several. Otherwise it would use only the first
 */
export function onlyDatabase([database, ...others]: Several<ServiceDatabase>): ServiceDatabase {
  if (others.length > 0) {
    const names = [database, ...others].map(({ name }) => name).join(', ')
    throw new Error(`The service has the databases ${names}, but its wiring uses only one.`)
  }
  return database
}

/**
 * The databases in `/readyz`. A service with several databases is ready while at least one responds. Otherwise an outage of
 * one would also stop requests that need only the others.
 */
export function databaseReadiness(opened: readonly Pick<OpenedDatabase, 'name' | 'database'>[]): {
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
      throw new Error('none of them responds')
    })
  }
  return { needed: { databases: anyAnswers }, reported: pings }
}
