import { runSupervisor } from '../local/system/run-supervisor.ts'
import { parseCommandLine, type Command } from '../platform/command-line.ts'
import { runCommand } from '../platform/lifecycle.ts'

const START = {
  name: 'npm start',
  about: `Starts Tessera on this machine: Postgres, Redis if it is installed, the subgraphs and the gateway. The first start
also creates the databases and fills them with demo data. Ctrl-C stops everything.`,
  options: {
    verbose: {
      type: 'boolean',
      short: 'v',
      about: 'show the logs of all processes, not only warnings and errors',
    },
  },
  notes: `Environment (all variables: .env.example):
  PORT        port of the gateway (default: 4000)
  DATA_DIR    folder of the databases (default: .data)
  SEED_USERS  number of demo users of an empty installation; 0 for none (default: 1000)
  LOG_LEVEL   show the logs from this level: debug, info, warn or error`,
  examples: [
    ['', 'start, then open the address of GraphiQL that is printed'],
    ['--verbose', 'the same, with all logs'],
  ],
} as const satisfies Command

await runCommand(async () => {
  const { verbose = false } = parseCommandLine(START).values
  await runSupervisor({ verbose })
})
process.exit(process.exitCode ?? 0)
