import { databases, databaseVariable } from '../contracts/topology.ts'
import { openDatabases } from '../local/system/open-databases.ts'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { inheritedEnv } from '../platform/config/read-config.ts'
import { runCommand } from '../platform/lifecycle.ts'

const MIGRATE: Command = {
  name: 'npm run migrate',
  about: 'Applies the migrations that the databases do not have yet. `npm start` does this itself.',
  options: {},
  notes: `Works on the databases of ${new Intl.ListFormat('en-GB').format(databases.map(databaseVariable))}. Without these
variables it works on the embedded databases in DATA_DIR (default: .data); stop \`npm start\` first.`,
  examples: [['', 'migrate all three databases']],
}

await runCommand(async () => {
  parseCommandLine(MIGRATE)
  await using _databases = await openDatabases(inheritedEnv(), console.log)
})
