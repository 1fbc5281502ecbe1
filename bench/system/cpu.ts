import { readdir, readFile } from 'node:fs/promises'
import { UserFacingError } from '../../platform/lifecycle.ts'

/** Unit of the times in /proc: 100 per second wherever Node runs on Linux (man 5 proc_pid_stat, USER_HZ). */
const TICK_MS = 10

type Times = { parent: number; own: number; ended: number }

/** @throws UserFacingError if there is no /proc */
export async function requireProc(): Promise<void> {
  await readTimes(process.pid).catch(() => {
    throw new UserFacingError(
      `CPU time is read from /proc, which ${process.platform} does not have. Run this benchmark on Linux, or in a container.`,
    )
  })
}

/** CPU time of all threads of a process. Milliseconds. */
export async function processCpu(pid: number): Promise<number> {
  return (await readTimes(pid)).own * TICK_MS
}

/** CPU time of a process and its children, including children that have exited. Milliseconds. */
export async function treeCpu(root: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  // The parent is read last: a child that exits between the two reads is then included in the parent's `ended` time.
  const all = await Promise.all(pids.map((pid) => readTimes(pid).catch(() => null)))
  const children = all.filter((times) => times?.parent === root)
  const { own, ended } = await readTimes(root)
  return (own + ended + children.reduce((sum, times) => sum + (times?.own ?? 0), 0)) * TICK_MS
}

/** The program's name is in parentheses, and may itself contain spaces and parentheses. */
async function readTimes(pid: number): Promise<Times> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number)
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    (i) => fields[i],
  )
  return { parent, own: user + system, ended: endedUser + endedSystem }
}
