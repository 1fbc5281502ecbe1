import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../../platform/root.ts'
import { inheritedEnv, type Env } from '../../platform/config/read-config.ts'
import { TIMEOUT_MS } from './timeout.ts'

/** A running `npm start`. Disposing stops it and waits. */
export type StartCommand = AsyncDisposable & {
  /** Everything it has printed so far. */
  output(): string
  /** Resolves when the output matches the pattern. Rejects if the command exits first. */
  printed(pattern: RegExp): Promise<RegExpExecArray>
  /** Resolves to its exit code, or to null if a signal ended it. */
  readonly exited: Promise<number | null>
  kill(signal: NodeJS.Signals): void
}

/**
 * Runs `cli/start.ts` with little demo data. @param env changes to this process's environment; undefined removes a
 * variable
 */
export function runStart(env: Env, args: readonly string[] = ['--verbose']): StartCommand {
  const clean = {
    DATABASE_URL_USERS: undefined,
    DATABASE_URL_POSTS: undefined,
    DATABASE_URL_FOLLOWERS: undefined,
    REDIS_URL: undefined,
  }
  const small = { NODE_ENV: undefined, SEED_USERS: '30', SEED_POSTS_PER_USER: '2' }
  const child = spawn(process.execPath, [join(root, 'cli/start.ts'), ...args], {
    cwd: root,
    env: { ...inheritedEnv(), ...clean, ...small, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  let wake = Promise.withResolvers<void>()
  const add = (chunk: Buffer | string) => {
    text += String(chunk)
    wake.resolve()
    wake = Promise.withResolvers()
  }
  child.stdout.on('data', add)
  child.stderr.on('data', add)
  const exited = once(child, 'close').then(([code]) => {
    add('')
    return code as number | null
  })
  return {
    output: () => text,
    async printed(pattern) {
      const late = AbortSignal.timeout(TIMEOUT_MS)
      late.addEventListener('abort', () => add(''))
      for (;;) {
        const found = pattern.exec(text)
        if (found) return found
        if (child.exitCode !== null || child.signalCode !== null || late.aborted) {
          throw new Error(`${pattern} was not printed, but:\n${text}`)
        }
        await wake.promise
      }
    },
    exited,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM')
      await exited
    },
  }
}
