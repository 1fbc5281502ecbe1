import { openDatabase } from '../log/open-database.ts'
import { runOnInstallation } from '../log/run-on-installation.ts'
import type { EventsCommand } from './arguments.ts'
import { rebuildOrCheck } from './rebuild.ts'
import { show } from './show.ts'

/** The database whose tables follow from streams. */
const DATABASE = 'followers'

const output = {
  print: (line: string) => console.log(line),
  printToStderr: (line: string) => console.error(line),
}

/** Runs a command. @returns false if something needs attention; the exit code is then 1 */
export function runEventsCommand(command: EventsCommand): Promise<boolean> {
  return runOnInstallation(async (installation, stop) => {
    // Without `await` below, the database would be closed first.
    await using database = await openDatabase(installation, DATABASE)
    if (command.kind === 'show') return await show(database, command, output)
    return await rebuildOrCheck(database, command, stop, output)
  })
}
