import { ConfigError } from './config/read-config.ts'

/** An error whose message alone is what a person needs: it is shown without a stack. */
export class UserFacingError extends Error {
  override name = 'UserFacingError'
}

/** Ends a command that was asked for its help. The message is the help; it is printed to stdout, and the exit code is 0. */
export class HelpRequested extends Error {
  override name = 'HelpRequested'
}

/**
 * Runs a server until SIGINT or SIGTERM, then disposes it and exits with 0. When it cannot start, prints why and
 * exits with 1: one line per fault, a stack only for bugs.
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

/** Runs a command to its end; failures are shown like those of a server. */
export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command()
  } catch (error) {
    fail(error)
  }
}

/** Resolves at the first SIGINT or SIGTERM. Also when the parent that spawned us with an IPC channel is gone. */
export function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  process.once('disconnect', () => resolve())
  // The parent may have gone before anybody listened. Where there never was a channel, there is no such property.
  if ('connected' in process && !process.connected) resolve()
  return promise
}

function fail(error: unknown): void {
  if (error instanceof HelpRequested) return console.log(error.message)
  process.exitCode = 1
  const plain = error instanceof ConfigError || error instanceof UserFacingError
  console.error(plain ? error.message : error)
}
