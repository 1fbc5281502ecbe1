import { runCommand } from '../platform/lifecycle.ts'
import { parseEventsArguments } from './events/arguments.ts'
import { runEventsCommand } from './events/run.ts'

await runCommand(async () => {
  if (!(await runEventsCommand(parseEventsArguments()))) process.exitCode = 1
})
