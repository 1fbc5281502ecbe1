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
  /** Opens an IPC channel to a Node child. The channel closes when this process exits, so the child can exit too. */
  ipc: boolean
  probe: Probe
  /** Called with each line that the child writes, without its line end. */
  onLine: (line: string) => void
  /** Called with messages of the supervisor about the child. */
  report: (level: Level, message: string) => void
}

/** One run of the process, from start to exit. */
export type Life = {
  readonly pid: number | null
  /** Aborted when the process has exited. */
  readonly gone: AbortSignal
  /** Resolves when the process has exited, to a short description of how. Never rejects. */
  readonly exited: Promise<string>
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

/**
 * Starts a child in a session of its own. Ctrl-C in a terminal goes to every process of the foreground group, and would
 * stop all children at once instead of in order.
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
