import { setTimeout as delay } from 'node:timers/promises'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { launch, type Life, type ProcessSpec } from './launch.ts'
import { untilReady, type Readiness } from './readiness.ts'

/** Wait before a process that died is started again: the first, and the longest after doublings. Milliseconds. */
export const BACKOFF = { first: 100, longest: 5_000 }
/** A process that was ready for this long starts again with the first wait. Milliseconds. */
const STEADY_MS = 10_000
/** Longest wait for a process to become ready. Milliseconds. */
const READY_MS = 60_000
/** Longest wait for a process to stop by itself. Milliseconds. */
const GRACE_MS = 10_000

/** A child process that is kept alive: one that dies is started again, on the same port, after a growing wait. */
export type ManagedProcess = AsyncDisposable & {
  readonly name: string
  /** Null while there is no process. */
  readonly pid: number | null
  /** Starts it. Resolves when it is ready. @throws UserFacingError when it ends before, or is too late */
  start(): Promise<void>
  /** SIGTERM, after a grace SIGKILL. Resolves when it is gone; it stays down until `start`. */
  stop(): Promise<void>
  /** SIGKILL. Resolves when it is gone; it stays down until `start`. */
  kill(): Promise<void>
  /** SIGKILL, as if it had crashed: it is started again by itself. Resolves when it is gone. */
  crash(): Promise<void>
  /** Resolves when it is ready, also after a crash. @throws UserFacingError after a deadline */
  ready(): Promise<void>
  /** SIGKILL, without waiting. For the last moment of this process. */
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
      spec.report('warn', `${how}; it starts again in ${wait} ms`)
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

/** The wait before the next start, after this many failures in a row. Milliseconds. */
export function backoff(failures: number): number {
  return Math.min(BACKOFF.first * 2 ** failures, BACKOFF.longest)
}
