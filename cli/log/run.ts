import { inheritedEnv } from '../../platform/config/read-config.ts'
import { stopSignal } from '../../platform/lifecycle.ts'
import type { LogCommand } from './arguments.ts'
import { changeEpoch } from './epoch.ts'
import { forget } from './forget.ts'
import { openInstallation, type Installation } from './installation.ts'
import { parked } from './parked.ts'
import { rebuildConsumer } from './rebuild.ts'
import { redriveParked } from './redrive.ts'
import { status } from './status/status.ts'
import { tail } from './tail/tail.ts'

const print = (line: string) => console.log(line)
const printToStderr = (line: string) => console.error(line)

/** Runs a command. @returns false if something needs attention; the exit code is then 1 */
export async function runLogCommand(command: LogCommand): Promise<boolean> {
  await using installation = await openInstallation(inheritedEnv(), printToStderr)
  const stopping = new AbortController()
  void stopSignal().then(() => stopping.abort())
  // The reader of our output has closed the pipe, as `head` does.
  process.stdout.on('error', () => stopping.abort())
  try {
    return await dispatch(installation, command, stopping.signal)
  } catch (error) {
    // An interrupted command fails in many ways. Only for `tail` is the interruption the normal end.
    if (stopping.signal.aborted) return command.kind === 'tail'
    throw error
  }
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
