import { pino } from 'pino'
import type { Sql, Transact } from '../../contracts/sql.ts'
import { withoutPassword } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { openLongTransactions } from '../../platform/postgres/long-transactions.ts'
import { whyUnusable } from '../../platform/postgres/unusable.ts'
import { databaseVariable, type DatabaseName } from '../../contracts/topology.ts'
import type { Installation } from './installation.ts'

export type OpenDatabase = AsyncDisposable & {
  name: DatabaseName
  sql: Sql
  transact: Transact
  /** Whether the database has the tables of a consumer. */
  consumes: boolean
}

/** Silent, because the failing statement reports the error. */
const silent = pino({ level: 'silent' })

/**
 * Opens a database.
 *
 * @returns the database, or a message with the remedy if it does not respond or has no change log
 */
export async function tryDatabase(
  { urls, given }: Installation,
  name: DatabaseName,
): Promise<OpenDatabase | string> {
  const shown = given ? `${databaseVariable(name)}=${withoutPassword(urls[name])}` : `The database ${name}`
  const reason = await whyUnusable(urls[name])
  if (reason !== null)
    return `${shown} cannot be used: ${reason}. Start it${given ? ', or correct the address' : ''}.`
  await using opening = new AsyncDisposableStack()
  const { sql, transact } = opening.use(openLongTransactions(urls[name], 'log command', silent))
  const [tables] = await sql<{ log: boolean; consumer: boolean }>(
    `select to_regclass('log_state') is not null as log, to_regclass('consumer_offset') is not null as consumer`,
  )
  if (!tables?.log) return `${shown} has no change log yet. Migrate it: npm run migrate.`
  const opened = opening.move()
  return {
    name,
    sql,
    transact,
    consumes: tables.consumer,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Like `tryDatabase`, but throws. @throws UserFacingError */
export async function openDatabase(installation: Installation, name: DatabaseName): Promise<OpenDatabase> {
  const opened = await tryDatabase(installation, name)
  if (typeof opened === 'string') throw new UserFacingError(opened)
  return opened
}

/** Opens several databases. @throws UserFacingError with a line for each that cannot be opened */
export async function openDatabases(
  installation: Installation,
  wanted: readonly DatabaseName[],
  stack: AsyncDisposableStack,
): Promise<OpenDatabase[]> {
  const tried = await Promise.all(wanted.map((name) => tryDatabase(installation, name)))
  const opened = tried.filter((database) => typeof database !== 'string')
  for (const database of opened) stack.use(database)
  const faults = tried.filter((database) => typeof database === 'string')
  if (faults.length > 0) throw new UserFacingError(faults.join('\n'))
  return opened
}
