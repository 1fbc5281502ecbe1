import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { Env } from '../../platform/config/read-config.ts'
import type { Probe } from './readiness.ts'

export type Level = 'info' | 'warn' | 'error'

export type ProcessSpec = {
  name: string
  command: string
  args: readonly string[]
  /** The whole environment of the child. */
  env: Env
  cwd: string
  /** Opens a channel whose end tells a Node child that this process is gone. */
  ipc: boolean
  probe: Probe
  /** Receives each line that the child writes, without its end. */
  onLine: (line: string) => void
  /** Receives what the one who watches over the child has to say. */
  report: (level: Level, message: string) => void
}

/** One run of a process. */
export type Life = {
  readonly pid: number | null
  /** Aborted when the process has ended. */
  readonly gone: AbortSignal
  /** Resolves when it has ended, to a few words on how. Never rejects. */
  readonly exited: Promise<string>
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/**
 * Starts a child in a session of its own: Ctrl-C in a terminal goes to every process of the foreground group, and
 * would otherwise stop all of them at once instead of one after the other.
 */
export function launch(spec: ProcessSpec): Life {
  const { promise: exited, resolve } = Promise.withResolvers<string>()
  const gone = new AbortController()
  const child = spawn(spec.command, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(spec.ipc ? (['ipc'] as const) : [])],
  })
  readLines(child.stdout, spec.onLine)
  readLines(child.stderr, spec.onLine)
  const end = (how: string) => {
    gone.abort()
    resolve(how)
  }
  child.once('error', (error) => end(`could not be started: ${error.message}`))
  child.once('exit', (code, signal) => end(signal ? `was ended by ${signal}` : `ended with code ${code}`))
  return {
    pid: child.pid ?? null,
    gone: gone.signal,
    exited,
    kill: (signal) => void child.kill(signal),
  }
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  if (stream) createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', onLine)
}
