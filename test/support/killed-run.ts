import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from './temporary-folder.ts'

/** A run of tests, to be killed, with a server that does not end with it. It writes the server's pid as Postgres does. */
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
