import type { LogCommand } from './arguments.ts'
import { changeEpoch } from './epoch.ts'
import { forget } from './forget.ts'
import type { Installation } from './installation.ts'
import { parked } from './parked.ts'
import { rebuildConsumer } from './rebuild.ts'
import { redriveParked } from './redrive.ts'
import { runOnInstallation } from './run-on-installation.ts'
import { status } from './status/status.ts'
import { tail } from './tail/tail.ts'

const print = (line: string) => console.log(line)
const printToStderr = (line: string) => console.error(line)

/** Runs a command. @returns false if something needs attention; the exit code is then 1 */
export function runLogCommand(command: LogCommand): Promise<boolean> {
  return runOnInstallation(
    (installation, stop) => dispatch(installation, command, stop),
    command.kind === 'tail',
  )
}

async function dispatch(
  installation: Installation,
  command: LogCommand,
  stop: AbortSignal,
): Promise<boolean> {
  switch (command.kind) {
    case 'status':
      return status(installation, command, print)
    case 'tail':
      await tail(installation, command, { print, printToStderr, stop })
      return true
    case 'parked':
      await parked(installation, command, print)
      return true
    case 'redrive':
      return redriveParked(installation, command, print)
    case 'rebuild':
      return rebuildConsumer(installation, command, stop, print)
    case 'epoch bump':
    case 'epoch keep':
      return changeEpoch(installation, command, print)
    case 'consumers forget':
      await forget(installation, command, print)
      return true
  }
}
