import { spawn } from 'node:child_process'

/** The user that a program runs as. Null for the user of this process. */
export type RunAs = { uid: number; gid: number } | null

/** Result of a program. `code` is null if a signal ended the program, or if it could not be started. */
export type Finished = { code: number | null; output: string }

export type RunOptions = { as?: RunAs; cwd?: string }

/** Runs a program to its end. `output` contains both streams, or the reason why the program could not be started. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { promise, resolve } = Promise.withResolvers<Finished>()
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd ?? '/',
    ...(options.as && { uid: options.as.uid, gid: options.as.gid }),
  })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.once('error', (error) => resolve({ code: null, output: error.message }))
  child.once('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString().trim() }))
  return promise
}
