import { setTimeout as delay } from 'node:timers/promises'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { launch, type Life, type ProcessSpec } from './launch.ts'
import { untilReady, type Readiness } from './readiness.ts'

/** Wait before a process that exited is restarted: the first wait, and the maximum after doubling. Milliseconds. */
export const BACKOFF = { first: 100, longest: 5_000 }
/** After being ready for this long, a process that exits is restarted after the first wait again. Milliseconds. */
const STEADY_MS = 10_000
/** Maximum wait for a process to become ready. Milliseconds. */
const READY_MS = 60_000
/** Maximum wait for a process to exit after SIGTERM. Milliseconds. */
const GRACE_MS = 10_000

/** A supervised child process. If it exits, it is restarted on the same port after an increasing wait. */
export type ManagedProcess = AsyncDisposable & {
  readonly name: string
  /** Null while it is down. */
  readonly pid: number | null
  /** Starts it, and resolves when it is ready. @throws UserFacingError if it exits first, or takes too long */
  start(): Promise<void>
  /** Sends SIGTERM, then SIGKILL after a grace period. Resolves when it has exited. It stays down until `start`. */
  stop(): Promise<void>
  /** Sends SIGKILL. Resolves when it has exited. It stays down until `start`. */
  kill(): Promise<void>
  /** Sends SIGKILL to simulate a crash, so it is restarted automatically. Resolves when it has exited. */
  crash(): Promise<void>
  /** Resolves when it is ready, also after a crash. @throws UserFacingError after a deadline */
  ready(): Promise<void>
  /** Sends SIGKILL without waiting. For use just before this process exits. */
  killNow(): void
}

export function manageProcess(spec: ProcessSpec): ManagedProcess {
  const { name } = spec
  let life: Life | null = null
  let wanted = false
  let failures = 0
  let retry: NodeJS.Timeout | undefined

  function begin(): Promise<Readiness> {
    const begun = launch(spec)
    life = begun
    let readyAt = Number.POSITIVE_INFINITY
    const readiness = untilReady(spec.probe, begun.gone, READY_MS)
    void readiness.then(({ kind }) => {
      if (kind === 'ready') readyAt = performance.now()
    })
    void begun.exited.then((how) => {
      life = null
      if (!wanted) return
      if (performance.now() - readyAt >= STEADY_MS) failures = 0
      const wait = backoff(failures++)
      spec.report('warn', `${how}; restarting in ${wait} ms`)
      retry = setTimeout(() => void begin(), wait)
    })
    return readiness
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    wanted = false
    clearTimeout(retry)
    const ending = life
    if (!ending) return
    ending.kill(signal)
    const grace = new AbortController()
    const late = delay(GRACE_MS, 'late', { signal: grace.signal }).catch(() => 'in time')
    if ((await Promise.race([ending.exited, late])) === 'late') {
      spec.report('warn', `did not stop within ${GRACE_MS / 1000} s; killing it`)
      ending.kill('SIGKILL')
    }
    grace.abort()
    await ending.exited
  }

  function requireReady(readiness: Readiness): void {
    if (readiness.kind === 'ready') return
    if (readiness.kind === 'gone')
      throw new UserFacingError(`${name} ended before it was ready. Its log says why.`)
    throw new UserFacingError(`${name} was not ready within ${READY_MS / 1000} s: ${readiness.reason}`)
  }

  async function ready(): Promise<void> {
    requireReady(await untilReady(spec.probe, new AbortController().signal, READY_MS))
  }

  return {
    name,
    get pid() {
      return life?.pid ?? null
    },
    async start() {
      if (wanted) return ready()
      failures = 0
      try {
        requireReady(await begin())
        wanted = true
      } catch (error) {
        await end('SIGKILL')
        throw error
      }
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    async crash() {
      life?.kill('SIGKILL')
      await life?.exited
    },
    ready,
    killNow: () => life?.kill('SIGKILL'),
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  }
}

/** Wait before the next start, after this number of consecutive failures. Milliseconds. */
export function backoff(failures: number): number {
  return Math.min(BACKOFF.first * 2 ** failures, BACKOFF.longest)
}
