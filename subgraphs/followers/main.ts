import { readConfig } from '../../platform/config/read-config.ts'
import { runServer } from '../../platform/lifecycle.ts'
import { startFollowers, VARIABLES } from './server.ts'

await runServer(() => startFollowers(readConfig(VARIABLES)))
