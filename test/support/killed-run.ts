import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/**
 * This script simulates a test run that is killed. Its server does not exit with it. The server's pid is written to a
 * file in the format of Postgres.
 */
const SERVER =
  "const s = require('net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))"

const { path } = await temporaryFolder()
const data = join(path, 'postgres/data')
await mkdir(data, { recursive: true })
const server = spawn(process.execPath, ['-e', SERVER], {
  detached: true,
  stdio: ['ignore', 'pipe', 'ignore'],
})
const [port] = (await once(server.stdout, 'data')) as [Buffer]
await writeFile(join(data, 'postmaster.pid'), `${server.pid}\n${data}\n`)
process.send?.({ folder: path, port: Number(port) })
