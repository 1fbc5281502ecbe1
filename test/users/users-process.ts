import { readConfig } from '../../platform/config/read-config.ts'
import { runServer } from '../../platform/lifecycle.ts'
import { startUsers, VARIABLES } from '../../subgraphs/users/server.ts'

/**
 * The users subgraph as a process whose clock stands still until its parent moves it: forked with the time as its
 * argument, it sends its URL; sent another time, it sends that back once it holds. Milliseconds.
 */
let now = Number(process.argv[2])

process.on('message', (time) => {
  now = Number(time)
  process.send?.(now)
})

await runServer(async () => {
  const server = await startUsers(readConfig(VARIABLES), () => now)
  process.send?.(server.url)
  return server
})
