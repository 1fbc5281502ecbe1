import { inheritedEnv } from '../platform/config/read-config.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { openDatabases } from '../local/system/open-databases.ts'

/** `npm run migrate`: applies the migrations that the databases do not have yet. */
await runCommand(async () => {
  await using _databases = await openDatabases(inheritedEnv(), console.log)
})
