import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { until } from '../support/until.ts'
import { armedFile, hitFile, type FailpointAction } from './fail-here.ts'
import type { FailpointName } from './failpoints.ts'
import type { PlantName } from './plants.ts'

export type LoaderOptions = {
  plants?: readonly PlantName[]
  /** Folder of this process's failpoints. Without it there are none. */
  failpoints?: string
  /** File with the number of milliseconds by which the wall clock of this process is wrong. */
  clock?: string
  /** Whether a cache waits for Redis as long as it takes. */
  patient?: boolean
}

/** The option of node that adds bugs and failpoints to a process, as an argument or in NODE_OPTIONS. */
export function loaderOption({ plants = [], failpoints, clock, patient = false }: LoaderOptions): string {
  const url = new URL('register.ts', import.meta.url)
  for (const plant of plants) url.searchParams.append('plant', plant)
  if (failpoints !== undefined) url.searchParams.set('failpoints', failpoints)
  if (clock !== undefined) url.searchParams.set('clock', clock)
  if (patient) url.searchParams.set('patient', '')
  return `--import=${url.href}`
}

/** Sets the wall clock of the process that was started with this file. */
export type SkewedClock = { set(skewMs: number): Promise<void> }

export function openSkewedClock(file: string): SkewedClock {
  return {
    async set(skewMs) {
      await writeFile(`${file}.draft`, String(skewMs))
      await rename(`${file}.draft`, file)
    },
  }
}

/** Controls the failpoints of the processes that were started with this folder. */
export type Failpoints = {
  /** The process that reaches the failpoint next, or at the nth hit, is killed, suspended or held. */
  arm(name: FailpointName, action: FailpointAction, nth?: number): Promise<void>
  /** Like `arm`, for the next hit that is about something: a text that the page of a log or the keys of a fill contain. */
  armFor(about: string, name: FailpointName, action: FailpointAction): Promise<void>
  /** Releases a held process, and arms the failpoint for its next hit first. */
  nextFor(about: string, name: FailpointName, action: FailpointAction): Promise<void>
  /** Resolves when a process has reached the failpoint. */
  reached(name: FailpointName): Promise<void>
  /** Releases a held process. If no process has reached the failpoint, it is disarmed. */
  release(name: FailpointName): Promise<void>
}

export function openFailpoints(folder: string): Failpoints {
  async function write(name: FailpointName, armed: string): Promise<void> {
    // Atomic, because processes read it at any time.
    const draft = `${armedFile(folder, name)}.draft`
    await writeFile(draft, armed)
    await rename(draft, armedFile(folder, name))
  }

  return {
    async arm(name, action, nth = 1) {
      await rm(hitFile(folder, name), { force: true })
      await write(name, `${action} ${nth}`)
    },
    async armFor(about, name, action) {
      await rm(hitFile(folder, name), { force: true })
      await write(name, `${action} 1 ${about}`)
    },
    async nextFor(about, name, action) {
      await write(name, `${action} 1 ${about}`)
      await rm(hitFile(folder, name), { force: true })
    },
    reached: (name) =>
      until(`a process reaches the failpoint ${name}`, () => existsSync(hitFile(folder, name))),
    async release(name) {
      await rm(armedFile(folder, name), { force: true })
      await rm(hitFile(folder, name), { force: true })
    },
  }
}
