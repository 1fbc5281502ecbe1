import { runCommand } from '../platform/lifecycle.ts'
import { parseLogArguments } from './log/arguments.ts'
import { runLogCommand } from './log/run.ts'

await runCommand(async () => {
  if (!(await runLogCommand(parseLogArguments()))) process.exitCode = 1
})
