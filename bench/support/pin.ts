import { availableParallelism } from 'node:os'
import { run } from '../../local/processes/run.ts'

/** Cores of a pinned session. The measured process has one to itself; everything else shares the other. */
export type Cores = { measured: number; rest: number }

/**
 * Pins this process, with all its threads, to the core that is not used for the measured process. Returns null if that
 * is impossible: with one core, or without `taskset` (Linux).
 */
export async function pinThisProcess(): Promise<Cores | null> {
  const cores: Cores = { measured: 1, rest: 0 }
  if (availableParallelism() < 2) return null
  const { code } = await run('taskset', ['-acp', String(cores.rest), String(process.pid)])
  return code === 0 ? cores : null
}

/** The command that runs Node with `args` on one core. If `core` is null, it can use all cores. */
export function pinned(core: number | null, args: readonly string[]): [command: string, args: string[]] {
  if (core === null) return [process.execPath, [...args]]
  return ['taskset', ['-c', String(core), process.execPath, ...args]]
}
