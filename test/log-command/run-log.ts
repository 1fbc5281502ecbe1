import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../../platform/root.ts'
import { inheritedEnv, type Env } from '../../platform/config/read-config.ts'
import type { SystemAddresses } from '../support/global-setup.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'

export type Ended = { code: number | null; out: string[]; err: string[] }

/** A running command. Disposing kills it. */
export type CommandProcess = AsyncDisposable & {
  /** Resolves when it has printed a line like this; rejects when it ends without. */
  printed(pattern: RegExp): Promise<string>
  interrupt(): void
  readonly ended: Promise<Ended>
}

/** The variables by which the command finds a system. */
export function environmentOf({ databaseUrls }: Pick<SystemAddresses, 'databaseUrls'>): Env {
  return {
    DATABASE_URL_USERS: databaseUrls.users,
    DATABASE_URL_POSTS: databaseUrls.posts,
    DATABASE_URL_FOLLOWERS: databaseUrls.followers,
  }
}

/** @param env besides what this process has, without its databases and Redis */
export const startLog = (args: readonly string[], env: Env) => startCommand('log', args, env)

/** Runs it to its end. */
export const runLog = (args: readonly string[], env: Env): Promise<Ended> => startLog(args, env).ended

/** Starts `npm run log`, `npm run cache` or `npm run events`. */
export function startCommand(
  program: 'log' | 'cache' | 'events',
  args: readonly string[],
  env: Env,
): CommandProcess {
  const clean = Object.fromEntries(
    ['DATABASE_URL_USERS', 'DATABASE_URL_POSTS', 'DATABASE_URL_FOLLOWERS', 'REDIS_URL', 'DATA_DIR'].map(
      (name) => [name, undefined],
    ),
  )
  const child = spawn(process.execPath, [join(root, `cli/${program}.ts`), ...args], {
    cwd: root,
    env: { ...inheritedEnv(), ...clean, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const texts = { out: '', err: '' }
  let wake = Promise.withResolvers<void>()
  const add = (to: 'out' | 'err', text: string) => {
    texts[to] += text
    wake.resolve()
    wake = Promise.withResolvers()
  }
  child.stdout.on('data', (chunk) => add('out', String(chunk)))
  child.stderr.on('data', (chunk) => add('err', String(chunk)))
  const lines = (text: string) => text.split('\n').slice(0, -1)
  const ended = once(child, 'close').then(([code]) => {
    add('out', '')
    return { code: code as number | null, out: lines(texts.out), err: lines(texts.err) }
  })
  return {
    ended,
    async printed(pattern) {
      const late = AbortSignal.timeout(TIMEOUT_MS)
      late.addEventListener('abort', () => add('out', ''))
      for (;;) {
        const found = lines(texts.out).find((line) => pattern.test(line))
        if (found !== undefined) return found
        if (child.exitCode !== null || late.aborted) {
          throw new Error(`${pattern} was not printed, but:\n${texts.out}\n${texts.err}`)
        }
        await wake.promise
      }
    },
    interrupt: () => void child.kill('SIGINT'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
