import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { appendFile, chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { startEmbeddedPostgres } from '../../local/postgres/start.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const password = 'a password of this test'
const silent = () => {}

test('keeps its data and port, and requires the password', async () => {
  await using folder = await temporaryFolder()
  const options = { dataDir: folder.path, password, log: silent }
  await using first = await startEmbeddedPostgres(options)
  await query(first.url, 'create table kept as select 42 as answer')
  const wrong = new URL(first.url)
  wrong.password = 'another'
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  await first[Symbol.asyncDispose]()
  await expect(query(first.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })

  await using second = await startEmbeddedPostgres(options)
  expect(second.port).toBe(first.port)
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
})

test('its settings are the same on every machine', async () => {
  await using folder = await temporaryFolder()
  await using postgres = await startEmbeddedPostgres({ dataDir: folder.path, password, log: silent })
  const settings = await query(
    postgres.url,
    `select current_setting('listen_addresses') as address, current_setting('unix_socket_directories') as sockets,
       current_setting('max_connections') as connections, current_setting('fsync') as fsync,
       current_setting('max_prepared_transactions') as prepared, current_setting('TimeZone') as zone,
       current_setting('server_encoding') as encoding, lower('ÉMILE') as lower, 'Z' < 'a' as by_code_point`,
  )
  expect(settings).toEqual([
    {
      address: '127.0.0.1',
      sockets: '',
      connections: '200',
      fsync: 'on',
      prepared: '100',
      zone: 'UTC',
      encoding: 'UTF8',
      lower: 'émile',
      by_code_point: true,
    },
  ])
})

test('starts despite a stale postmaster.pid, and on another port if its port is in use', async () => {
  await using folder = await temporaryFolder()
  const options = { dataDir: folder.path, password, log: silent }
  const first = await startEmbeddedPostgres(options)
  await first[Symbol.asyncDispose]()
  // The pid of a living process that is no Postgres, but of the same user: what Postgres itself stops at.
  const data = join(folder.path, 'postgres/data')
  const { uid, gid } = await stat(data)
  const stranger = spawn('sleep', ['600'], { uid, gid, cwd: '/' })
  await writeFile(join(data, 'postmaster.pid'), `${stranger.pid}\n${data}\n1\n${first.port}\n\n\n\nready\n`)
  const taken = createServer().listen(first.port, '127.0.0.1')
  await once(taken, 'listening')
  try {
    await using second = await startEmbeddedPostgres(options)
    expect(second.port).not.toBe(first.port)
    expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
  } finally {
    taken.close()
    stranger.kill()
  }
})

test('a running server with another password is reported in one line', async () => {
  await using folder = await temporaryFolder()
  await using _running = await startEmbeddedPostgres({ dataDir: folder.path, password, log: silent })
  const other = startEmbeddedPostgres({ dataDir: folder.path, password: 'another one', log: silent })
  await expect(other).rejects.toThrow(/^A Postgres \(pid \d+\) already runs on .* Stop it: kill \d+\./)
})

test('a failed start reports the reason and the remedy', async () => {
  await using folder = await temporaryFolder()
  const options = { dataDir: folder.path, password, log: silent }
  const first = await startEmbeddedPostgres(options)
  await first[Symbol.asyncDispose]()
  await appendFile(join(folder.path, 'postgres/data/postgresql.conf'), 'nonsense = 1\n')
  const failed = startEmbeddedPostgres(options)
  await expect(failed).rejects.toThrow(/configuration file .* contains errors.*move .* away\.$/)
})

test.runIf(process.getuid?.() === 0)(
  'as root, the data is stored elsewhere if only root can enter the folder',
  async () => {
    await using folder = await temporaryFolder()
    await chmod(folder.path, 0o700)
    const said: string[] = []
    const options = {
      dataDir: folder.path,
      password,
      durable: false,
      log: (line: string) => void said.push(line),
    }
    {
      await using postgres = await startEmbeddedPostgres(options)
      expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }])
    }
    // A clone that others may not enter says so too, of its programs.
    const ofData = said.filter((line) => !line.startsWith('its programs run from'))
    const place = /^its data is in (\S+), because it runs as user \d+, who cannot enter/.exec(
      ofData[0] ?? '',
    )?.[1]
    expect(ofData).toHaveLength(1)
    await expect(readdir(place as string)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await readdir(folder.path)).toEqual([])
  },
)

test.runIf(process.getuid?.() === 0)(
  'as root, data stored elsewhere is found after DATA_DIR is renamed, and reported if it is missing',
  async () => {
    await using folder = await temporaryFolder()
    await chmod(folder.path, 0o700)
    const [before, after] = [join(folder.path, 'before'), join(folder.path, 'after')]
    await mkdir(before)
    {
      await using postgres = await startEmbeddedPostgres({ dataDir: before, password, log: silent })
      await query(postgres.url, 'create table kept as select 42 as answer')
    }
    const place = (await readFile(join(before, 'postgres-home'), 'utf8')).trim()
    try {
      await rename(before, after)
      {
        await using postgres = await startEmbeddedPostgres({ dataDir: after, password, log: silent })
        expect(await query(postgres.url, 'select answer from kept')).toEqual([{ answer: 42 }])
      }
      await rm(place, { recursive: true })
      const missed = startEmbeddedPostgres({ dataDir: after, password, log: silent })
      await expect(missed).rejects.toThrow(
        /^The databases of \S+after should be in \S+.* no longer exists\. Put/,
      )
    } finally {
      await rm(place, { recursive: true, force: true })
    }
  },
)

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url })
  try {
    await client.connect()
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}
