import { existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { until } from '../support/until.ts'
import { armedFile, hitFile, type FailpointAction } from './fail-here.ts'
import type { FailpointName } from './failpoints.ts'
import type { PlantName } from './plants.ts'

export type LoaderOptions = {
  plants?: readonly PlantName[]
  /** A folder of this process's failpoints; none without. */
  failpoints?: string
}

/** The option of node with which a process gets bugs and failpoints: an argument, or part of NODE_OPTIONS. */
export function loaderOption({ plants = [], failpoints }: LoaderOptions): string {
  const url = new URL('register.ts', import.meta.url)
  for (const plant of plants) url.searchParams.append('plant', plant)
  if (failpoints !== undefined) url.searchParams.set('failpoints', failpoints)
  return `--import=${url.href}`
}

/** The failpoints of the processes that were started with a folder. */
export type Failpoints = {
  /** The process that comes there next, or for the nth time, is killed, stopped or held. */
  arm(name: FailpointName, action: FailpointAction, nth?: number): Promise<void>
  /** Resolves when a process has come there. */
  reached(name: FailpointName): Promise<void>
  /** Lets a process that is held go on; a failpoint that nobody has reached is disarmed. */
  release(name: FailpointName): Promise<void>
}

export function openFailpoints(folder: string): Failpoints {
  return {
    async arm(name, action, nth = 1) {
      await rm(hitFile(folder, name), { force: true })
      // Whole or not at all: processes look at it all the time.
      const draft = `${armedFile(folder, name)}.draft`
      await writeFile(draft, `${action} ${nth}`)
      await rename(draft, armedFile(folder, name))
    },
    reached: (name) =>
      until(`a process reaches the failpoint ${name}`, () => existsSync(hitFile(folder, name))),
    async release(name) {
      await rm(armedFile(folder, name), { force: true })
      await rm(hitFile(folder, name), { force: true })
    },
  }
}
