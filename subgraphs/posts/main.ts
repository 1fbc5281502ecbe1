import { readConfig } from '../../platform/config/read-config.ts'
import { runServer } from '../../platform/lifecycle.ts'
import { startPosts, VARIABLES } from './server.ts'

await runServer(() => startPosts(readConfig(VARIABLES)))
