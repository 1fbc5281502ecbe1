import { readdir } from 'node:fs/promises'
import { pause } from './nemesis.ts'
import { commandLine, processIdentity } from '../../../local/processes/identity.ts'

/** Maximum wait for processes that are ending: the one that cleans up after a killed run ends by itself. Milliseconds. */
const TIMEOUT_MS = 5_000

/**
 * Processes of a run that still exist after its end: known ones and, if the system lists them, those with its folder in the
 * command line. Postgres and our own processes have it.
 */
export async function processesLeft(folder: string, known: readonly (number | null)[]): Promise<string[]> {
  const late = AbortSignal.timeout(TIMEOUT_MS)
  let left = await findProcesses(folder, known)
  while (left.length > 0 && !late.aborted) {
    await pause(100)
    left = await findProcesses(folder, known)
  }
  return left
}

async function findProcesses(folder: string, known: readonly (number | null)[]): Promise<string[]> {
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
