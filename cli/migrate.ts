import { openDatabases } from '../local/system/open-databases.ts'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { inheritedEnv } from '../platform/config/read-config.ts'
import { runCommand } from '../platform/lifecycle.ts'

const MIGRATE: Command = {
  name: 'npm run migrate',
  about: 'Applies the migrations that the databases do not have yet. `npm start` does this itself.',
  options: {},
  notes: `Works on the databases of DATABASE_URL_USERS, DATABASE_URL_POSTS and DATABASE_URL_FOLLOWERS. Without these
variables it works on the embedded databases in DATA_DIR (default: .data); stop \`npm start\` first.`,
  examples: [['', 'migrate all three databases']],
}

await runCommand(async () => {
  parseCommandLine(MIGRATE)
  await using _databases = await openDatabases(inheritedEnv(), console.log)
})
