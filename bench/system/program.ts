import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../../platform/root.ts'
import { inheritedEnv } from '../../platform/config/read-config.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'

export type Program = AsyncDisposable & { pid: number }

/**
 * Starts a program of `bench/baselines/system` and waits until it sends `ready`. Its output goes to our stderr.
 *
 * @throws UserFacingError if it exits first
 */
export async function startProgram(file: string, args: readonly string[]): Promise<Program> {
  const child = fork(join(root, 'bench/baselines/system', file), args, {
    env: { ...inheritedEnv(), NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: 'true' },
    stdio: ['ignore', 2, 2, 'ipc'],
  })
  const exited = once(child, 'exit')
  const first = await Promise.race([once(child, 'message'), exited.then(() => null)])
  if (first === null) {
    throw new UserFacingError(
      `${file} ended before it was ready. Its output is above. Are its packages there? npm ci --prefix bench/baselines`,
    )
  }
  return {
    pid: child.pid as number,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
