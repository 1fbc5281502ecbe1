import { runCommand } from '../platform/lifecycle.ts'
import { parseCacheArguments } from './cache/arguments.ts'
import { runCacheCommand } from './cache/run.ts'

await runCommand(async () => {
  if (!(await runCacheCommand(parseCacheArguments()))) process.exitCode = 1
})
