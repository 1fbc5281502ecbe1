import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import { root } from '../../../platform/root.ts'
import { provision } from '../../../platform/postgres/provision.ts'
import { connect } from '../support/sessions.ts'

export type OwnDatabase = AsyncDisposable & { name: string; url: string }

/** Creates a database with these tables, which is dropped at the end. @param files SQL files of the change log */
export async function openDatabase(
  superuserUrl: string,
  files: readonly string[],
  tables: string,
): Promise<OwnDatabase> {
  const name = `tessera_bug_${randomBytes(5).toString('hex')}`
  const [url = ''] = await provision(superuserUrl, [
    { name, password: randomBytes(16).toString('base64url') },
  ])
  const drop = async () => {
    await asSuperuser(superuserUrl, [
      `drop database if exists ${escapeIdentifier(name)} with (force)`,
      `drop database if exists ${escapeIdentifier(`${name}_backup`)} with (force)`,
      `drop role if exists ${escapeIdentifier(name)}`,
    ])
  }
  await using stack = new AsyncDisposableStack()
  stack.defer(drop)
  const client = await connect(url)
  for (const file of files) {
    await client.query(await readFile(join(root, 'patterns/change-log/sql', file), 'utf8'))
  }
  await client.query(tables)
  await client.end()
  const opened = stack.move()
  return { name, url, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Makes a backup: ends all connections to a database and copies it. */
export async function backUp(superuserUrl: string, { name }: OwnDatabase): Promise<void> {
  await asSuperuser(superuserUrl, [
    `create database ${escapeIdentifier(`${name}_backup`)} template ${escapeIdentifier(name)}
     owner ${escapeIdentifier(name)}`,
  ])
}

/** Replaces the database with the backup. */
export async function restore(superuserUrl: string, { name }: OwnDatabase): Promise<void> {
  await asSuperuser(superuserUrl, [
    `drop database ${escapeIdentifier(name)} with (force)`,
    `alter database ${escapeIdentifier(`${name}_backup`)} rename to ${escapeIdentifier(name)}`,
  ])
}

async function asSuperuser(superuserUrl: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: superuserUrl })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
