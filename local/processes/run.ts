import { spawn } from 'node:child_process'

/** The user a program runs as. Null: the one this process runs as. */
export type RunAs = { uid: number; gid: number } | null

/** How a program ended. `code` is null when a signal ended it, or it could not be started at all. */
export type Finished = { code: number | null; output: string }

export type RunOptions = { as?: RunAs; cwd?: string }

/** Runs a program to its end. Its output is what it wrote to both streams, or why it could not be started. */
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
