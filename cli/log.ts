import { runCommand } from '../platform/lifecycle.ts'
import { parseLogArguments } from './log/arguments.ts'
import { runLogCommand } from './log/run.ts'

/** `npm run log`: looks after the change logs of an installation. */
await runCommand(async () => {
  if (!(await runLogCommand(parseLogArguments(process.argv.slice(2))))) process.exitCode = 1
})
