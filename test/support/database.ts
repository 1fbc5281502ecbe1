import { randomBytes } from 'node:crypto'
import { Client, escapeIdentifier } from 'pg'
import { inject } from 'vitest'
import { join } from 'node:path'
import { root } from '../../platform/root.ts'
import type { Service } from '../../contracts/topology.ts'
import { migrate } from '../../platform/postgres/migrate.ts'
import { provision } from '../../platform/postgres/provision.ts'

/** A migrated, empty database of one service, for its owner. Disposing drops it. */
export async function freshDatabase(service: Service): Promise<AsyncDisposable & { url: string }> {
  const superuserUrl = inject('superuserUrl')
  const name = `tessera_${service}_${randomBytes(4).toString('hex')}`
  const [url] = await provision(superuserUrl, [{ name, password: randomBytes(16).toString('base64url') }])
  await migrate(url as string, join(root, 'prisma', service, 'migrations'))
  return { url: url as string, [Symbol.asyncDispose]: () => dropDatabase(superuserUrl, name) }
}

/** Drops a database and its owner, whoever is connected. */
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
