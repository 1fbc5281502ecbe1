import { readFile } from 'node:fs/promises'
import { run } from './run.ts'

/**
 * Identifies a process by its start time, which distinguishes it from earlier and later processes with the same pid.
 * Null if no process has the pid now.
 *
 * Linux: boot id, and start time in clock ticks from proc(5). Elsewhere: the start time that `ps` prints.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const [boot, stat] = await Promise.all([
      readText('/proc/sys/kernel/random/boot_id'),
      readText(`/proc/${pid}/stat`),
    ])
    // The second field is the program's name in parentheses; it can contain any characters. The 22nd is the start time.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (!fields || fields[0] === 'Z') return null
    return `${boot?.trim()}:${fields[19]}`
  }
  const { code, output } = await run('ps', ['-o', 'lstart=', '-p', String(pid)])
  return code === 0 && output ? output : null
}

/** The command line of a process, separated by spaces. Empty if there is no such process. */
export async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return ((await readText(`/proc/${pid}/cmdline`)) ?? '').replaceAll('\0', ' ')
  }
  const { code, output } = await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
  return code === 0 ? output : ''
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch {
    return null
  }
}
