import { Client, escapeIdentifier } from 'pg'
import { inject } from 'vitest'
import { join } from 'node:path'
import { root } from '../../platform/root.ts'
import type { Service } from '../../contracts/topology.ts'
import { migrate } from '../../platform/postgres/migrate.ts'
import { pooledDatabase } from './pooled-database.ts'

/** Creates a migrated, empty database of one service, for its owner. */
export async function freshDatabase(service: Service): Promise<AsyncDisposable & { url: string }> {
  const database = await pooledDatabase(inject('superuserUrl'))
  await migrate(database.url, join(root, 'prisma', service, 'migrations'))
  return database
}

/** Drops a database and its owner, even if there are open connections. */
export async function dropDatabase(superuserUrl: string, name: string): Promise<void> {
  const client = new Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    await client.query(`drop database if exists ${escapeIdentifier(name)} with (force)`)
    await client.query(`drop role if exists ${escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
