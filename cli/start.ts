import { runSupervisor } from '../local/system/run-supervisor.ts'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { runCommand } from '../platform/lifecycle.ts'

const START: Command = {
  name: 'npm start',
  about: `Starts Tessera on this machine: Postgres, Redis if it is installed, the subgraphs and the gateway. The first start
also creates the databases and fills them with demo data. Ctrl-C stops everything.`,
  options: {},
  notes: `Environment (all variables: .env.example):
  PORT        port of the gateway (default: 4000)
  DATA_DIR    folder of the databases (default: .data)
  SEED_USERS  number of demo users of an empty installation; 0 for none (default: 1000)
  LOG_LEVEL   debug, info, warn or error (default: info)`,
  examples: [['', 'start, then follow the links that are printed']],
}

await runCommand(async () => {
  parseCommandLine(START)
  await runSupervisor()
})
process.exit(process.exitCode ?? 0)
