import { ConfigError } from './config/read-config.ts'

/** An error for the user. Only its message is printed, without a stack. */
export class UserFacingError extends Error {
  override name = 'UserFacingError'
}

/** Thrown for `--help`. The message is the help text. It is printed to stdout, and the exit code is 0. */
export class HelpRequested extends Error {
  override name = 'HelpRequested'
}

/**
 * Runs a server until `stopSignal`, then disposes it and exits with code 0. If it cannot start, prints the reason and exits
 * with code 1: one line per fault, and a stack only for bugs.
 */
export async function runServer(start: () => Promise<AsyncDisposable>): Promise<void> {
  const stop = stopSignal()
  try {
    await using _server = await start()
    await stop
  } catch (error) {
    fail(error)
  }
  process.exit(process.exitCode ?? 0)
}

/** Runs a command to its end. Failures are printed like those of `runServer`. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    fail(error)
  }
}

/** Resolves at the first SIGINT, SIGTERM or SIGHUP, or when the parent that spawned us with an IPC channel exits. */
export function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  process.once('disconnect', () => resolve())
  // The parent may have exited before the listener was added. Without an IPC channel, the property does not exist.
  if ('connected' in process && !process.connected) resolve()
  return promise
}

function fail(error: unknown): void {
  if (error instanceof HelpRequested) return console.log(error.message)
  process.exitCode = 1
  const plain = error instanceof ConfigError || error instanceof UserFacingError
  console.error(plain ? error.message : error)
}
