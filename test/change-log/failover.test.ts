import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { root } from '../../platform/root.ts'
import { bumpEpoch, checkLog, startLog } from '../../patterns/change-log/owner/epoch.ts'
import { startEmbeddedPostgres } from '../../local/postgres/start.ts'
import { provision } from '../../platform/postgres/provision.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { names, readAll, sqlOf, tick, write } from './support/log-database.ts'

async function connect(url: string): Promise<Client & AsyncDisposable> {
  const client = new Client({ connectionString: url })
  await client.connect()
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() })
}

test('a standby takes no ticks, and after its promotion it needs a new epoch first', async () => {
  await using folder = await temporaryFolder()
  const password = randomBytes(12).toString('hex')
  const options = { dataDir: folder.path, password, log: () => {} }
  await using primary = await startEmbeddedPostgres(options)
  const owned = [{ name: 'log', password }]
  const [url = ''] = await provision(primary.url, owned)
  {
    await using client = await connect(url)
    await client.query(await readFile(join(root, 'patterns/change-log/sql/log.sql'), 'utf8'))
    await startLog(sqlOf(client))
    await write(sqlOf(client), 'k', 'before')
    await tick(sqlOf(client))
  }
  await primary[Symbol.asyncDispose]()

  // The same files, started as a standby of nobody: what a replica is just before its promotion.
  await writeFile(join(folder.path, 'postgres/data/standby.signal'), '')
  await using standby = await startEmbeddedPostgres(options)
  await using client = await connect(url.replace(/:\d+\//, `:${standby.port}/`))
  const sql = sqlOf(client)
  expect(await checkLog(sql)).toEqual({ kind: 'standby' })
  await using superuser = await connect(standby.url)
  await superuser.query('select pg_promote()')
  expect(await checkLog(sql)).toEqual({
    kind: 'restored',
    reason: expect.stringContaining('another timeline'),
  })

  const epoch = await bumpEpoch(sql)
  expect(await checkLog(sql)).toEqual({ kind: 'ok' })
  await write(sql, 'k', 'after')
  await tick(sql)
  expect(names(await readAll(sql, { epoch, offset: 0 }))).toBe('| after |')
})
