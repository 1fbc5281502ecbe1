import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * The action at an armed failpoint: the process is killed, suspended (until SIGCONT), or waits (until released).
 */
export type FailpointAction = 'kill' | 'stop' | 'wait'

/**
 * Failpoints are armed by files in a folder. This works for processes that another program has started, and before the
 * processes exist. `NAME.armed` contains the action, the hit, and a text that a hit must be about, or none. The process that takes it renames it to `NAME.hit`.
 */
export const armedFile = (folder: string, name: string) => join(folder, `${name}.armed`)
export const hitFile = (folder: string, name: string) => join(folder, `${name}.hit`)

/** The function that failpoints call. */
export function failHere(folder: string): (name: string, about?: () => string) => Promise<void> {
  const hits = new Map<string, number>()
  return async (name, about) => {
    const armed = readArmed(folder, name)
    if (!armed || (armed.with && !about?.().includes(armed.with))) return
    const count = (hits.get(name) ?? 0) + 1
    hits.set(name, count)
    if (count < armed.at || !take(folder, name)) return
    hits.delete(name)
    if (armed.action === 'kill') process.kill(process.pid, 'SIGKILL')
    else if (armed.action === 'stop') process.kill(process.pid, 'SIGSTOP')
    else while (existsSync(hitFile(folder, name))) await delay(2)
  }
}

function readArmed(folder: string, name: string): { action: string; at: number; with: string } | null {
  try {
    const [action = '', at, ...rest] = readFileSync(armedFile(folder, name), 'utf8').split(' ')
    return { action, at: Number(at), with: rest.join(' ') }
  } catch {
    return null
  }
}

/** Only one of several processes succeeds. */
function take(folder: string, name: string): boolean {
  try {
    renameSync(armedFile(folder, name), hitFile(folder, name))
    return true
  } catch {
    return false
  }
}
