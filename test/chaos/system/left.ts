import { readdir } from 'node:fs/promises'
import { commandLine, processIdentity } from '../../../local/processes/identity.ts'

/**
 * Processes of a run that still exist after its end: known ones and, if the system lists them, those with its folder in the
 * command line. Postgres and our own processes have it.
 */
export async function processesLeft(folder: string, known: readonly (number | null)[]): Promise<string[]> {
  const listed = await readdir('/proc').catch(() => [])
  const pids = new Set([
    ...listed.map(Number).filter(Number.isInteger),
    ...known.filter((pid) => pid !== null),
  ])
  const left: string[] = []
  for (const pid of pids) {
    const isOurs = known.includes(pid) || (await commandLine(pid)).includes(folder)
    if (isOurs && (await processIdentity(pid)) !== null) left.push(`pid ${pid}: ${await commandLine(pid)}`)
  }
  return left
}
