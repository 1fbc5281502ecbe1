import type { Installation } from '../log/installation.ts'
import { runOnInstallation } from '../log/run-on-installation.ts'
import type { CacheCommand } from './arguments.ts'
import { audit } from './audit/audit.ts'
import { isClean, renderAudit } from './audit/render.ts'
import { drop } from './drop/drop.ts'
import { inspect } from './inspect/inspect.ts'
import { status } from './status/status.ts'

const print = (line: string) => console.log(line)
const printToStderr = (line: string) => console.error(line)

/** Runs a command. @returns false if something needs attention; the exit code is then 1 */
export function runCacheCommand(command: CacheCommand): Promise<boolean> {
  return runOnInstallation((installation, stop) => dispatch(installation, command, stop))
}

async function dispatch(
  installation: Installation,
  command: CacheCommand,
  stop: AbortSignal,
): Promise<boolean> {
  switch (command.kind) {
    case 'status':
      return status(installation, command, print)
    case 'inspect':
      return inspect(installation, command, { print, stop })
    case 'drop':
      return drop(installation, command, { print, stop })
    case 'audit': {
      const end = await audit(installation, command, { print: printToStderr, stop })
      if (command.json) print(JSON.stringify({ ok: isClean(end), ...end }, null, 2))
      else for (const line of renderAudit(end)) print(line)
      return isClean(end)
    }
  }
}
