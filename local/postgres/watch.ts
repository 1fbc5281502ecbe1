import { setTimeout as delay } from 'node:timers/promises'
import { processIdentity } from '../processes/identity.ts'
import { backoff } from '../processes/managed-process.ts'

/** Interval between two checks of the server's process. Milliseconds. */
const INTERVAL_MS = 500

/** Disposing ends the watch, but does not stop the server. It waits for a start that is in progress. */
export type Watch = AsyncDisposable & {
  /** Process id of the server. Null while it is down. */
  readonly pid: number | null
}

/**
 * Watches a server that is not a child of this process, and restarts it when it has exited.
 *
 * @param start returns the new pid. If it rejects, it is called again after an increasing wait.
 */
export function watchServer(first: number, start: () => Promise<number>, log: (line: string) => void): Watch {
  const stopping = new AbortController()
  const { signal } = stopping
  let pid: number | null = first

  const pause = (ms: number) => delay(ms, undefined, { signal, ref: false }).catch(() => {})

  async function startAgain(): Promise<number | null> {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        return await start()
      } catch (error) {
        const wait = backoff(failures)
        log(`${error instanceof Error ? error.message : String(error)} Retrying in ${wait} ms.`)
        await pause(wait)
      }
    }
    return null
  }

  /** Resolves when the process has exited or the watch has been disposed. */
  async function gone(watched: number): Promise<void> {
    const identity = await processIdentity(watched)
    while (!signal.aborted) {
      await pause(INTERVAL_MS)
      if (identity === null || (await processIdentity(watched)) !== identity) return
    }
  }

  async function watch(): Promise<void> {
    while (pid !== null) {
      await gone(pid)
      if (signal.aborted) return
      log(`the server (pid ${pid}) has ended unexpectedly; restarting it`)
      pid = null
      pid = await startAgain()
    }
  }

  const done = watch()
  return {
    get pid() {
      return pid
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await done
    },
  }
}
