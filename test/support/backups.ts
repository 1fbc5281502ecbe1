import { randomBytes } from 'node:crypto'
import { Client, escapeIdentifier, escapeLiteral } from 'pg'

/**
 * The strategy `wal_log` copies a sequence with the values that are logged in advance. After a crash, Postgres returns those values
 * again.
 */
export const STRATEGY = 'strategy file_copy'

const CLOSE = `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and pid <> pg_backend_pid()`

/** Backups of databases of one cluster, which are deleted when it is disposed. */
export type Backups = AsyncDisposable & {
  /** Copies a database. Its connections are closed for that. @returns the backup, for `putBack` */
  take(url: string): Promise<string>
  /** Replaces a database by a backup. Services that use it lose their connections, and continue with the old state. */
  putBack(url: string, backup: string): Promise<void>
}

export async function openBackups(superuserUrl: string): Promise<Backups> {
  const client = new Client({ connectionString: superuserUrl })
  client.on('error', () => {})
  await client.connect()
  const taken: string[] = []
  return {
    async take(url) {
      const name = nameOf(url)
      const backup = `backup_${randomBytes(6).toString('hex')}`
      taken.push(backup)
      await client.query(`alter database ${escapeIdentifier(name)} allow_connections false`)
      try {
        // A connection that was being opened may come after the first time.
        await untilCopied(async () => {
          await client.query(CLOSE, [name])
          await client.query(
            `create database ${backup} template ${escapeIdentifier(name)} owner ${await ownerOf(client, name)} ${STRATEGY}`,
          )
        })
      } finally {
        await client.query(`alter database ${escapeIdentifier(name)} allow_connections true`)
      }
      return backup
    },
    async putBack(url, backup) {
      const name = nameOf(url)
      const owner = await ownerOf(client, name)
      await client.query(`drop database ${escapeIdentifier(name)} with (force)`)
      await client.query(
        `create database ${escapeIdentifier(name)} template ${backup} owner ${owner} ${STRATEGY}`,
      )
    },
    async [Symbol.asyncDispose]() {
      for (const backup of taken) await client.query(`drop database if exists ${backup} with (force)`)
      await client.end()
    },
  }
}

const nameOf = (url: string) => decodeURIComponent(new URL(url).pathname.slice(1))

async function ownerOf(client: Client, name: string): Promise<string> {
  const { rows } = await client.query<{ owner: string }>(
    `select pg_get_userbyid(datdba) as owner from pg_database where datname = ${escapeLiteral(name)}`,
  )
  return escapeIdentifier(rows[0]?.owner ?? '')
}

/** 55006: the database is in use. */
async function untilCopied(copy: () => Promise<void>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await copy()
    } catch (error) {
      const inUse = error instanceof Error && 'code' in error && error.code === '55006'
      if (!inUse || tries === 20) throw error
    }
  }
}
