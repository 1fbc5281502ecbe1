import { runCommand } from '../platform/lifecycle.ts'
import { runSupervisor } from '../local/system/run-supervisor.ts'

await runCommand(runSupervisor)
process.exit(process.exitCode ?? 0)
