import { readConfig } from '../../platform/config/read-config.ts'
import { runServer } from '../../platform/lifecycle.ts'
import { startUsers, VARIABLES } from './server.ts'

await runServer(() => startUsers(readConfig(VARIABLES)))
