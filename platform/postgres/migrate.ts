import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { lockKey } from '../../contracts/advisory-locks.ts'
import { UserFacingError } from '../lifecycle.ts'

type Migration = { name: string; sql: string; checksum: string }
type Applied = { migration_name: string; checksum: string }

/**
 * Applies the migrations in `folder` (Prisma's layout: `<name>/migration.sql`) that the database does not have yet, each in
 * its own transaction. Updates Prisma's `_prisma_migrations` table too, so that Prisma's own tools see the same state.
 *
 * @returns names of the migrations applied now
 * @throws UserFacingError if an applied migration was changed afterwards
 */
export async function migrate(databaseUrl: string, folder: string): Promise<string[]> {
  const migrations = await readMigrations(folder)
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    // Only one process migrates at a time.
    await client.query(`select pg_advisory_lock(${lockKey('migrate')})`)
    await client.query(MIGRATIONS_TABLE)
    const { rows } = await client.query<Applied>(
      'select migration_name, checksum from _prisma_migrations where finished_at is not null',
    )
    const applied = new Map(rows.map((row) => [row.migration_name, row.checksum]))
    const done: string[] = []
    for (const migration of migrations) {
      const checksum = applied.get(migration.name)
      if (checksum === migration.checksum) continue
      if (checksum) throw new UserFacingError(changedMessage(folder, migration.name))
      await apply(client, migration)
      done.push(migration.name)
    }
    return done
  } finally {
    await client.end()
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.toSorted().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function apply(client: Client, { name, sql, checksum }: Migration): Promise<void> {
  try {
    await client.query('begin')
    await client.query(sql)
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    )
    await client.query('commit')
  } catch (error) {
    // On a lost connection there is nothing to roll back, and the first error is the useful one.
    await client.query('rollback').catch(() => {})
    throw new Error(`migration ${name} failed and was rolled back`, { cause: error })
  }
}

function changedMessage(folder: string, name: string): string {
  return `${join(folder, name)}/migration.sql was changed after it had been applied to this database. \
Undo the change and put it into a new migration.`
}

/** The table as Prisma's schema engine creates it. */
const MIGRATIONS_TABLE = `create table if not exists _prisma_migrations (
  id varchar(36) primary key not null,
  checksum varchar(64) not null,
  finished_at timestamptz,
  migration_name varchar(255) not null,
  logs text,
  rolled_back_at timestamptz,
  started_at timestamptz not null default now(),
  applied_steps_count integer not null default 0
)`
